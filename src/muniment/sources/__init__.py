"""Words out of bytes: one adapter a medium, and the rules that cut text into citable paragraphs.

- ``adapter``: what an adapter gives, and what an adapter is
- ``plain_text``: plain text: charset and code points
- ``readings``: one line as different charsets read it
- ``paragraphs``: text to paragraphs
- ``blocks``: lines, and where one paragraph can end and the next begin
- ``label``: what a label is, and what may stand around one
- ``labels``: what a line can begin with: numbers, letters, bullets
- ``articles``: the numbers of articles, by a table of words and by the text's own
- ``ordinals``: articles counted in words, and Ethiopic numerals
- ``lookalikes``: what begins like a label and is none
- ``numerals``: what a numeral or a letter counts
- ``lists``: which labels hold, and under which label each stands
- ``headings``: headings, and the headline of a text
- ``ids``: names of paragraphs
- ``marks``: letters, blanks and marks of sentences, frozen
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.errors import SourceError
from muniment.sources.adapter import Adapter, Extraction, Extractor, Paragraph
from muniment.sources.headings import find_headline
from muniment.sources.plain_text import MAX_ORIGINAL, TextSource, decode

if TYPE_CHECKING:
    from muniment.sources.adapter import Adapter, Extraction

__all__ = [
    "MAX_ORIGINAL",
    "Adapter",
    "Extraction",
    "Extractor",
    "Paragraph",
    "decode",
    "extract",
    "extractor_for",
    "find_headline",
]


# Adapters stay here when their successor arrives: records made with them must extract again.
_SOURCES: tuple[Adapter, ...] = (TextSource(),)

# The adapter for new originals of a medium is the last one listed for it.
_BY_MEDIA_TYPE = {source.media_type: source for source in _SOURCES}


def extract(data: bytes, *, media_type: str = "text/plain", charset: str | None = None, where: str = "") -> Extraction:
    """Take the paragraphs out of an original, by the newest rules for its medium.

    Args:
        data: The bytes as received.
        media_type: Its medium, without parameters; upper and lower case are one.
        charset: Its charset, or None to let the bytes say.
        where: What errors name, as a rule the file.

    Raises:
        SourceError: The medium is unknown, or the bytes are empty, binary, too large or undecodable.
    """
    source = _BY_MEDIA_TYPE.get(media_type.lower())
    if source is None:
        raise SourceError(
            "no extractor reads this media type",
            where=where,
            expected=" or ".join(sorted(_BY_MEDIA_TYPE)),
            found=repr(media_type),
            hint="convert the file to plain text in UTF-8 and add that",
        )
    return source.extract(data, charset, where=where)


def extractor_for(name: str, version: str) -> Adapter:
    """Give the adapter that a record names, to take its text out once more.

    Raises:
        SourceError: This software does not hold that extractor.
    """
    for source in _SOURCES:
        if (source.name, source.version) == (name, version):
            return source
    raise SourceError(
        "the extractor is not known here",
        expected=" or ".join(f"{source.name} {source.version}" for source in _SOURCES),
        found=f"{name!r} {version!r}",
        hint="a newer muniment may hold it",
    )
