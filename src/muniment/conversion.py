"""Bytes that were converted on their way: what git, editors and mail programs do to a text file without being asked.

A digest tells that a file is another one.  Where undoing a conversion gives the digest again, nobody has changed a
word, and the reader is told what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from muniment.digest import format_digest, sha256_hex, sha512_hex

LINE_ENDS = "line ends were changed, by git's autocrlf for instance"
"""How each explanation begins in which line ends were changed."""

COPY_AGAIN = "restore it from a copy, without converting anything: for git that is git -c core.autocrlf=false clone"
"""The next step, whatever the conversion."""

MAX_CONVERTED = 8 * 1024 * 1024
"""Bytes; what is larger is no text that was converted by accident, and costs too much to try."""

_BOM = b"\xef\xbb\xbf"


def explain_difference(expected: bytes | str | Callable[[bytes], bool], found: bytes) -> str:
    """Say by what conversion bytes have become other bytes, as a clause; empty where no conversion explains it.

    Args:
        expected: The right bytes; or their digest, ``sha256:`` or ``sha512:`` and hex; or what tells that bytes are
            right, where a signature decides.
        found: What is there.
    """
    if len(found) > MAX_CONVERTED:
        return ""
    tried = {found}
    for clauses, undone in undo(found):
        if undone not in tried:
            if _is_right(expected, undone):
                return " and ".join(clauses)
            tried.add(undone)
    return ""


def undo(found: bytes) -> Iterator[tuple[tuple[str, ...], bytes]]:
    """Undo every conversion, alone and together, the simplest first: what was done, and the bytes as they were."""
    # Made anew for each number of steps: all of them at once would take many times the room of the file.
    for steps in (1, 2, 3):
        for mark, marked in _marks(found):
            for lines, ended in _line_ends(mark):
                for data, closed in _ends(lines):
                    clauses = tuple(filter(None, (ended, marked, closed)))
                    if len(clauses) == steps:
                        yield clauses, data


def _is_right(expected: bytes | str | Callable[[bytes], bool], data: bytes) -> bool:
    if isinstance(expected, bytes):
        return data == expected
    if isinstance(expected, str):
        return expected in {format_digest(sha256_hex(data)), f"sha512:{sha512_hex(data)}"}
    return expected(data)


def _marks(data: bytes) -> Iterator[tuple[bytes, str]]:
    yield data, ""
    if data.startswith(_BOM):
        yield data.removeprefix(_BOM), "a byte order mark was put before it"
    else:
        yield _BOM + data, "its byte order mark was taken away"


def _line_ends(data: bytes) -> Iterator[tuple[bytes, str]]:
    yield data, ""
    lines = data.replace(b"\r\n", b"\n")
    if lines != data:
        yield lines, f"{LINE_ENDS} (LF to CR LF)"
    if b"\n" in lines:
        yield lines.replace(b"\n", b"\r\n"), f"{LINE_ENDS} (CR LF to LF)"
    if b"\r" in data and b"\n" not in data:
        yield data.replace(b"\r", b"\n"), f"{LINE_ENDS} (LF to CR)"


def _ends(data: bytes) -> Iterator[tuple[bytes, str]]:
    yield data, ""
    for end, name in ((b"\r\n", "CR LF"), (b"\n", "line feed")):
        if data.endswith(end):
            yield data.removesuffix(end), f"a {name} was added at its end"
            return
    for end, name in ((b"\n", "line feed"), (b"\r\n", "CR LF")):
        yield data + end, f"the {name} at its end was taken away"
