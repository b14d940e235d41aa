"""The document of a browser as an original."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.errors import InputError, SourceError
from muniment.sources.web.document import read_document
from muniment.sources.web.visit import MAX_PAYLOAD


def value(text: str | None, kind: str = "text/html") -> dict[str, Any]:
    """What a browser gives."""
    return {"text": text, "type": kind, "frames": 2, "roots": 1, "plain": False}


def test_its_bytes() -> None:
    """They are UTF-8 behind a byte order mark, so that no charset that the page names makes other words of them."""
    assert read_document(value("<html>é</html>"), where="x") == ("﻿<html>é</html>".encode(), 2, 1)
    assert read_document(value("a\ud800b"), where="x")[0] == b"\xef\xbb\xbfa?b"


@pytest.mark.parametrize("text", [None, "a" * MAX_PAYLOAD, "é" * (MAX_PAYLOAD // 2)], ids=["told", "mark", "bytes"])
def test_too_large(text: str | None) -> None:
    """More bytes than an original may have are refused, whether the browser counted them or not."""
    with pytest.raises(SourceError, match="too large"):
        read_document(value(text), where="x")


def test_what_no_html_says() -> None:
    """An element after which all is text cannot be written down, and is not written as something else."""
    with pytest.raises(SourceError, match="plaintext cannot be written down"):
        read_document({**value("<html>"), "plain": True}, where="x")


def test_no_page() -> None:
    """What a browser reads as something else than HTML is refused."""
    with pytest.raises(InputError, match="no HTML page"):
        read_document(value("<a/>", "application/xml"), where="x")
