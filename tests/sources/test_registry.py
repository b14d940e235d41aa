from __future__ import annotations

import pytest

from muniment.errors import SourceError
from muniment.sources import Extraction, Extractor, Paragraph, extract, extractor_for


def test_extract() -> None:
    """A plain text gives its paragraphs, its charset and the name of the rules."""
    assert extract(b"\xef\xbb\xbfTitle\n\n1. Words.\n", media_type="Text/Plain") == Extraction(
        paragraphs=(Paragraph("h1", "heading", None, "Title"), Paragraph("p1", "paragraph", "1.", "Words.")),
        charset="utf-8",
        media_type="text/plain",
        extractor=Extractor("muniment-text", "2"),
    )


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("Текст.".encode(), None),
        ("Текст.".encode("utf-8-sig"), None),
        ("\ufeffТекст.".encode("utf-16-le"), None),
        ("\ufeffТекст.".encode("utf-16-be"), "utf-16"),
        ("Текст.".encode("utf-16-le"), "utf-16le"),
        ("Текст.".encode("cp1251"), "cp1251"),
    ],
)
def test_extract_again(data: bytes, charset: str | None) -> None:
    """The extractor that an extraction names gives the same again, from the bytes and the recorded charset."""
    first = extract(data, charset=charset)
    again = extractor_for(first.extractor.name, first.extractor.version).extract(data, first.charset)

    assert again == first
    assert first.paragraphs[0].text == "Текст."


@pytest.mark.parametrize("media_type", ["application/pdf", "text/html", "text/plain; charset=utf-8", ""])
def test_unknown_media_type(media_type: str) -> None:
    """A medium that no adapter reads is refused with those that are read."""
    with pytest.raises(SourceError, match="media type") as caught:
        extract(b"a", media_type=media_type, where="a.pdf")

    assert (caught.value.where, caught.value.expected) == ("a.pdf", "text/plain")
    assert caught.value.found == repr(media_type)


@pytest.mark.parametrize(("name", "version"), [("muniment-text", "1"), ("muniment-html", "1"), ("", "")])
def test_unknown_extractor(name: str, version: str) -> None:
    """An extractor that this software does not hold is refused with those that it holds."""
    with pytest.raises(SourceError, match="not known here") as caught:
        extractor_for(name, version)

    assert caught.value.expected == "muniment-text 2"
