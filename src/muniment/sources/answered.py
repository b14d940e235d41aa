"""Of what medium an answer of a server is, by its bytes, and in which charset, by its head."""

from __future__ import annotations

from muniment.errors import SourceError
from muniment.sources import media_type_of
from muniment.sources.html.charset import find_page_charset
from muniment.sources.kinds import recognise
from muniment.sources.plain_text import find_charset
from muniment.sources.warc import Unpacked


def medium_of_answer(answer: Unpacked, given: str | None = None, *, where: str = "") -> str:
    """Tell the medium of an answer by its bytes; only where these are of none, its head may say that it is a page.

    Args:
        answer: What a server answered.
        given: What the keeper says it is; None to go by the answer alone.
        where: What errors name.

    Raises:
        SourceError: It is of a kind that no adapter reads, or of another one than the keeper says.
    """
    if given is None and answer.media_type == "text/html" and recognise(answer.payload).media_type == "text/plain":
        given = answer.media_type
    return media_type_of(answer.payload, given, where=where)


def charset_of_answer(answer: Unpacked, medium: str) -> str | None:
    """Give the charset that the head of an answer names; one that nobody knows is none, as for browsers."""
    if medium not in {"text/html", "text/plain"} or not answer.charset:
        return None
    try:
        return find_page_charset(answer.charset) if medium == "text/html" else find_charset(answer.charset)
    except SourceError:
        return None
