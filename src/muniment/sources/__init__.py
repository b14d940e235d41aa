"""Words out of bytes: one adapter a medium, and the rules that cut text into citable paragraphs.

- ``adapter``: what an adapter gives, what is asked of it, and what an adapter is
- ``kinds``: of what kind a file is, by its bytes
- ``plain_text``: plain text: charset and code points
- ``preview_json``: what would be taken, as JSON for other programs
- ``html``: pages
- ``markdown``: Markdown
- ``mail``: e-mails
- ``office``: documents of word processors
- ``pdf``: PDF
- ``warc``: WARC and WACZ files, out of which one answer of a server is taken
- ``answered``: of what medium an answer of a server is, and in which charset
- ``web``: addresses of the web: which are asked, how, and what is made of the answers
- ``worker``: hands what may be hostile to a process that is bounded
- ``child``: that process
- ``readings``: one line as different charsets read it
- ``paragraphs``: text to paragraphs
- ``line``: lines, and those that are rows of a table or drawn across the page
- ``blocks``: where one paragraph can end and the next begin
- ``breaks``: which line breaks are of wrapping
- ``code``: code and the like, which is kept as it is
- ``wrapping``: whether a text, or a block of one, is wrapped by hand
- ``label``: what a label is, and what may stand around one
- ``labels``: what a line can begin with: numbers, letters, bullets
- ``articles``: the numbers of articles, by a table of words and by the text's own
- ``ordinals``: articles counted in words, and Ethiopic numerals
- ``lookalikes``: what begins like a label and is none
- ``numerals``: what a numeral or a letter counts
- ``lists``: which labels hold, and under which label each stands
- ``headings``: headings, and the headline of a text
- ``title_and_date``: what an original calls itself, and the date that it bears
- ``ids``: names of paragraphs
- ``marks``: letters, blanks and marks of sentences, frozen
"""

from __future__ import annotations

from typing import Final

from muniment.errors import ExtractorMissingError, SourceError
from muniment.record import Parameters
from muniment.sources.adapter import (
    NO_WISH,
    Adapter,
    Extraction,
    Extractor,
    OutlinePart,
    Paragraph,
    StatedFact,
    Wish,
    charset_again,
    wish_after,
    wish_again,
)
from muniment.sources.headings import find_headline
from muniment.sources.html import MAX_PAGE, HtmlSource
from muniment.sources.kinds import MARKDOWN, TEXT, recognise, supported
from muniment.sources.mail import MailSource
from muniment.sources.markdown import MarkdownSource
from muniment.sources.office import DocxSource, OdtSource
from muniment.sources.pdf import PdfSource
from muniment.sources.plain_text import MAX_ORIGINAL, TextSource, decode

__all__ = [
    "MAX_ORIGINAL",
    "MAX_PAGE",
    "NO_WISH",
    "SUFFIXES",
    "Adapter",
    "Extraction",
    "Extractor",
    "OutlinePart",
    "Paragraph",
    "StatedFact",
    "Wish",
    "charset_again",
    "decode",
    "extract",
    "extractor_for",
    "find_headline",
    "media_type_of",
    "reading_after",
    "suffix_of",
    "wish_after",
    "wish_again",
]


# Adapters stay here when their successor arrives: records made with them must extract again.
_SOURCES: tuple[Adapter, ...] = (
    TextSource(),
    HtmlSource(),
    PdfSource(),
    MailSource(),
    DocxSource(),
    OdtSource(),
    MarkdownSource(),
)

# The adapter for new originals of a medium is the last one listed for it.
_BY_MEDIA_TYPE = {source.media_type: source for source in _SOURCES}
SUFFIXES: Final = tuple(sorted({source.suffix for source in _SOURCES}))
"""Every suffix under which an original is kept."""


def media_type_of(data: bytes, given: str | None = None, *, where: str = "") -> str:
    """Tell the medium of an original by its bytes.

    Args:
        data: The bytes.
        given: What the keeper says it is; None to go by the bytes alone.
        where: What errors name.

    Raises:
        SourceError: The bytes are of a kind that no adapter reads, or of another one than the keeper says.
    """
    kind = recognise(data)
    if kind.media_type not in _BY_MEDIA_TYPE:
        raise SourceError(
            f"this is {kind.words}, which is not read here",
            where=where,
            expected=supported(sorted(_BY_MEDIA_TYPE)),
            hint=kind.hint,
        )
    if given is None or given.lower() == kind.media_type:
        return kind.media_type
    if given.lower() not in _BY_MEDIA_TYPE:
        raise SourceError(
            "no extractor reads this media type",
            where=where,
            expected=_media_types(),
            found=repr(given),
            hint="leave the media type out: the bytes say it",
        )
    if kind.media_type != "text/plain":
        # A page taken as text would show its tags as words.
        raise SourceError(
            f"this is {kind.words}", where=where, expected=given, hint="leave the media type out: the bytes say it"
        )
    # A page without any tag may be one all the same, and an e-mail may have few headers.
    return given.lower()


def extract(
    data: bytes, *, media_type: str = "text/plain", charset: str | None = None, wish: Wish = NO_WISH, where: str = ""
) -> Extraction:
    """Take the paragraphs out of an original, by the newest rules for its medium.

    Args:
        data: The bytes as received.
        media_type: Its medium, without parameters; upper and lower case are one.
        charset: Its charset, or None to let the bytes say.
        wish: What is to be taken, where the medium leaves a choice.
        where: What errors name, as a rule the file.

    Raises:
        SourceError: The medium is unknown or needs an extra, or the bytes are empty, binary, too large or undecodable.
    """
    source = _BY_MEDIA_TYPE.get(media_type.lower())
    if source is None:
        raise SourceError(
            "no extractor reads this media type",
            where=where,
            expected=_media_types(),
            found=repr(media_type),
            hint="convert the file to plain text in UTF-8 and add that",
        )
    if not source.at_hand():
        missing = _missing(source.name, source.version, source.extra)
        raise SourceError(f"{source.media_type} {missing.what}", where=where)
    try:
        return source.extract(data, charset, wish=wish, where=where)
    except ExtractorMissingError as error:
        raise error.as_(SourceError, where=where) from error


def reading_after(
    medium: str, wish: Wish, medium_before: str | None, choices_before: Parameters | None, *, named: bool
) -> tuple[str, Wish]:
    """Say by the rules for which medium an original is read, and what is taken: what is left open, as before.

    Args:
        medium: As its bytes, or the keeper, say.
        wish: What is to be taken.
        medium_before: That of the version before; None where there is none.
        choices_before: What was chosen in it.
        named: Whether the keeper has named the medium.
    """
    if medium == TEXT.media_type and medium_before == MARKDOWN.media_type and not named:
        # No bytes say that a text is Markdown: the keeper has said it of the version before.
        medium = MARKDOWN.media_type
    return medium, wish_after(wish, choices_before if medium_before == medium else None)


def _media_types() -> str:
    *most, last = sorted(_BY_MEDIA_TYPE)
    return f"{', '.join(most)} or {last}"


def suffix_of(media_type: str) -> str:
    """Give the suffix under which originals of a medium are kept."""
    return _BY_MEDIA_TYPE[media_type].suffix


def extractor_for(name: str, version: str) -> Adapter:
    """Give the adapter that a record names, to take its text out once more.

    Raises:
        ExtractorMissingError: This software does not hold that extractor, or what it needs is not installed.
    """
    extra = ""
    for source in _SOURCES:
        if (source.name, source.version) == (name, version) and source.at_hand():
            return source
        extra = source.extra if source.name == name else extra
    raise _missing(name, version, extra)


def _missing(name: str, version: str, extra: str) -> ExtractorMissingError:
    needs = f"needs {name.removeprefix('muniment-')}/{version}"
    if extra:
        return ExtractorMissingError(f"{needs} (pip install 'muniment[{extra}]')")
    return ExtractorMissingError(needs, hint="a newer muniment may hold it")
