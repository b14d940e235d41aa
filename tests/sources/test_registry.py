from __future__ import annotations

import pytest

from muniment.errors import ExtractorMissingError, SourceError
from muniment.sources import Extraction, Extractor, Paragraph, extract, extractor_for
from muniment.sources.html import HtmlSource
from muniment.sources.worker import BoundedSource


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


@pytest.mark.parametrize("media_type", ["application/rtf", "text/plain; charset=utf-8", ""])
def test_unknown_media_type(media_type: str) -> None:
    """A medium that no adapter reads is refused with those that are read."""
    with pytest.raises(SourceError, match="media type") as caught:
        extract(b"a", media_type=media_type, where="a.pdf")

    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    opened = "application/vnd.oasis.opendocument.text"
    expected = f"application/pdf, {opened}, {word}, message/rfc822, text/html, text/markdown or text/plain"
    assert (caught.value.where, caught.value.expected) == ("a.pdf", expected)
    assert caught.value.found == repr(media_type)


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("muniment-text", "1", "needs text/1 (a newer muniment may hold it)"),
        ("muniment-html", "7", "needs html/7 (pip install 'muniment[html]')"),
        ("", "", "needs / (a newer muniment may hold it)"),
    ],
)
def test_unknown_extractor(name: str, version: str, said: str) -> None:
    """An extractor that this software does not hold is named, with how to get it."""
    with pytest.raises(ExtractorMissingError) as caught:
        extractor_for(name, version)

    assert str(caught.value) == said


def test_extra_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the parser is not installed, a page is not read, and the extra is named."""
    monkeypatch.setattr(HtmlSource, "at_hand", lambda _: False)

    with pytest.raises(ExtractorMissingError, match=r"^needs html/1 \(pip install 'muniment\[html\]'\)$"):
        extractor_for("muniment-html", "1")
    with pytest.raises(SourceError, match=r"^a.html: text/html needs html/1 \(pip install 'muniment\[html\]'\)$"):
        extract(b"<p>a", media_type="text/html", where="a.html")


@pytest.mark.parametrize("source", BoundedSource.__subclasses__(), ids=lambda source: source.name)
def test_too_large(source: type[BoundedSource], monkeypatch: pytest.MonkeyPatch) -> None:
    """An original that is too large is refused by its kind, and not handed on, whatever its medium."""
    monkeypatch.setattr("muniment.sources.worker.LARGEST", 3)
    monkeypatch.setattr("muniment.sources.worker.extract_in_child", None)
    with pytest.raises(SourceError) as caught:
        source().extract(b"four", None, where="file")
    assert str(caught.value) == f"file: the {source.thing} is too large: expected at most 3 bytes, found 4 bytes"
