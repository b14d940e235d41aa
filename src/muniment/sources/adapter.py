"""What an adapter gives, and what an adapter is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from muniment.record import Extractor, Paragraph

__all__ = ["Adapter", "Extraction", "Extractor", "Paragraph"]


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was taken out of one original.

    Attributes:
        paragraphs: In the order of the text; at least one.
        charset: IANA name in lower case, as decoded; a byte order mark is not part of it.
        media_type: Of the original, such as ``text/plain``.
        extractor: The rules applied.
    """

    paragraphs: tuple[Paragraph, ...]
    charset: str
    media_type: str
    extractor: Extractor


class Adapter(Protocol):
    """An adapter: one medium, one version of its rules."""

    @property
    def name(self) -> str:
        """The extractor's name, as records carry it."""
        ...

    @property
    def version(self) -> str:
        """Raised with every change of the rules that could change a paragraph."""
        ...

    @property
    def media_type(self) -> str:
        """The medium it reads, such as ``text/plain``."""
        ...

    def extract(self, data: bytes, charset: str | None, *, where: str = "") -> Extraction:
        """Take the paragraphs out of the bytes of an original.

        Args:
            data: The original as received.
            charset: Its charset, or None to let the bytes say.
            where: What errors name.

        Raises:
            SourceError: The bytes are not a text of this medium, or one beyond the limits.
        """
        ...
