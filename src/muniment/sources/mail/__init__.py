"""E-mail: the adapter ``muniment-mail``, and the rules by which a letter becomes paragraphs (``docs/sources.md``).

- ``letter``: one e-mail from bytes to paragraphs
- ``mime``: its parts, and what encodes them
- ``header_fields``: what stands in its headers
"""

from __future__ import annotations

from typing import Final

from muniment.errors import SourceError
from muniment.sources.adapter import NO_WISH, Extraction, Wish
from muniment.sources.worker import extract_in_child

MAX_MAIL: Final = 16 * 1024 * 1024
"""Bytes of an e-mail with all that is attached; the text that is taken out of it is bounded by itself."""


class MailSource:
    """The adapter for ``message/rfc822``; e-mails are read in a process of their own, which is bounded.

    A part that is a page is read by ``muniment-html`` 1, and a text cut by ``muniment-text`` 2.
    """

    name: Final = "muniment-mail"
    version: Final = "1"
    media_type: Final = "message/rfc822"
    suffix: Final = "eml"
    extra: Final = ""

    def at_hand(self) -> bool:
        """It needs nothing for a text; for a page, what pages need, which is asked for where one is read."""
        return True

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of an e-mail.

        Raises:
            SourceError: As ``letter.extract_mail``, or the e-mail cannot be read within the limits.
            ExtractorMissingError: The part is a page, and what reads pages is not installed.
            UnavailableError: The process could not be started.
        """
        if len(data) > MAX_MAIL:
            raise SourceError(
                "the e-mail is too large", where=where, expected=f"at most {MAX_MAIL} bytes", found=f"{len(data)} bytes"
            )
        return extract_in_child("mail", data, charset, wish, where=where)
