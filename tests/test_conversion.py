"""Conversions are recognised, each and together, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.conversion import LINE_ENDS, MAX_CONVERTED, explain_difference
from muniment.digest import format_digest, sha256_hex, sha512_hex

LF = "one\ntwo — три\n".encode()
CRLF = LF.replace(b"\n", b"\r\n")
BOM = b"\xef\xbb\xbf"

KNOWN = {
    (LF, CRLF): f"{LINE_ENDS} (LF to CR LF)",
    (CRLF, LF): f"{LINE_ENDS} (CR LF to LF)",
    (LF, LF.replace(b"\n", b"\r")): f"{LINE_ENDS} (LF to CR)",
    (LF, BOM + LF): "a byte order mark was put before it",
    (BOM + LF, LF): "its byte order mark was taken away",
    (LF, LF + b"\n"): "a line feed was added at its end",
    (LF[:-1], LF): "a line feed was added at its end",
    (CRLF, CRLF + b"\r\n"): "a CR LF was added at its end",
    (LF, LF[:-1]): "the line feed at its end was taken away",
    (CRLF, CRLF[:-2]): "the CR LF at its end was taken away",
    (LF, BOM + CRLF): f"{LINE_ENDS} (LF to CR LF) and a byte order mark was put before it",
    (LF[:-1], BOM + CRLF): f"{LINE_ENDS} (LF to CR LF) and a byte order mark was put before it and "
    "a line feed was added at its end",
}


@pytest.mark.parametrize(("right", "found"), KNOWN)
def test_each(right: bytes, found: bytes) -> None:
    """Each conversion is named, whether the bytes, a digest of them, or what tells them right is given."""
    said = KNOWN[right, found]
    assert explain_difference(right, found) == said
    assert explain_difference(format_digest(sha256_hex(right)), found) == said
    assert explain_difference(f"sha512:{sha512_hex(right)}", found) == said
    assert explain_difference(right.__eq__, found) == said


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_nothing_else(right: bytes, found: bytes) -> None:
    """What is explained is the same but for line ends, a mark at the beginning, and one line end at the end."""

    def bare(data: bytes) -> bytes:
        return data.replace(BOM, b"").replace(b"\r", b"").replace(b"\n", b"")

    if explain_difference(right, found):
        assert bare(right) == bare(found)
        assert right != found


@pytest.mark.parametrize("found", [LF, LF + b"x", b"", LF.upper(), b"\n" + LF, LF + b"\n\n", LF * 2])
def test_other_differences(found: bytes) -> None:
    """Bytes that are the right ones, or other ones, are explained by no conversion."""
    assert explain_difference(LF, found) == ""


def test_large() -> None:
    """What is too large to be a text converted by accident is not tried."""
    large = bytes(MAX_CONVERTED)
    assert explain_difference(large, large + b"\n") == ""
