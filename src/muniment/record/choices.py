"""What was chosen where the rules of an extractor leave a choice: by these and the rules, the words come out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Choices:
    """Each choice that shaped the text taken out of a page.

    Attributes:
        select: The CSS selectors of the parts that were taken.
        select_basis: ``keeper``, or ``rule`` where the rule for the main part proposed them.
        remove: The CSS selectors of what was left out of these parts.
        charset_basis: ``bom``, ``http``, ``meta``, ``keeper`` or ``default``.
        invalid: How many sequences of bytes were no text in the charset and became U+FFFD.
        plain_lists: Whether no numbers and bullets were set before the items of lists.
    """

    select: tuple[str, ...] = ("body",)
    select_basis: str = "keeper"
    remove: tuple[str, ...] = ()
    charset_basis: str = "default"
    invalid: int = 0
    plain_lists: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "select": list(self.select),
            "remove": list(self.remove),
        }


@dataclass(frozen=True, slots=True)
class PdfChoices:
    """Each choice that shaped the text taken out of a PDF, and what the rules set apart or joined.

    Attributes:
        accept_order: Whether the keeper takes letters in the order of the engine where it may be wrong.
        running_heads: Whether running heads and page numbers were kept among the words.
        left_out: How many lines of running heads and page numbers were left out.
        joined: How many hyphens at the ends of lines were left out, where a word goes on.
        unmapped: How many signs have no known letter and became U+FFFD.
    """

    accept_order: bool = False
    running_heads: bool = False
    left_out: int = 0
    joined: int = 0
    unmapped: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class LeftOutPart:
    """A part of an e-mail that was not taken, such as an attachment.

    Attributes:
        part: Its number, such as ``2`` or ``1.2``.
        media_type: As the e-mail says.
        name: Of the file, where the e-mail says one.
        sha256: Of its bytes, decoded.
        size: Of them.
    """

    part: str
    media_type: str
    name: str | None
    sha256: str
    size: int

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class MailChoices:
    """Each choice that shaped the text taken out of an e-mail.

    Attributes:
        part: The number of the part that was taken, such as ``1.1``.
        part_basis: ``keeper``, or ``rule`` where the rule for the text of an e-mail proposed it.
        charset_basis: ``part`` where the header of the part named the charset; else as for a page.
        invalid: How many sequences of bytes were no text in the charset and became U+FFFD.
        page: What was chosen of it, where it is a page.
        left_out: The other parts.
    """

    part: str
    part_basis: str
    charset_basis: str
    invalid: int = 0
    page: Choices | None = None
    left_out: tuple[LeftOutPart, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        page = None if self.page is None else {name: self.page.as_json()[name] for name in _OF_PAGE}
        return {
            **{name: getattr(self, name) for name in ("part", "part_basis", "charset_basis", "invalid")},
            "page": page,
            "left_out": [part.as_json() for part in self.left_out],
        }


_OF_PAGE: Final = ("select", "select_basis", "remove", "plain_lists")
"""What is chosen of a page in an e-mail; the rest is said of its part."""


@dataclass(frozen=True, slots=True)
class DocumentChoices:
    """What was left out of a document of a word processor; its rules leave no choice.

    Attributes:
        deleted: How many tracked deletions were left out.
        inserted: How many tracked insertions were taken.
        comments: How many comments were left out.
        hidden: How many pieces of hidden text were left out.
        headers_footers: How many paragraphs above and below the pages were left out.
        unknown_numbers: How many numbers of lists are of a form that is not known, and were left out.
    """

    deleted: int = 0
    inserted: int = 0
    comments: int = 0
    hidden: int = 0
    headers_footers: int = 0
    unknown_numbers: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give the object that stands in the record."""
        return {name: getattr(self, name) for name in self.__slots__}


Parameters = Choices | PdfChoices | MailChoices | DocumentChoices
"""The choices of any extractor; each has its own."""


def read_choices(value: dict[str, Any]) -> Parameters:
    """Turn an object that its schema has accepted into choices; which ones, its members tell."""
    if "running_heads" in value:
        return PdfChoices(**value)
    if "deleted" in value:
        return DocumentChoices(**value)
    if "part" in value:
        return _read_mail_choices(value)
    return _read_page_choices(value)


def _read_mail_choices(value: dict[str, Any]) -> MailChoices:
    left_out = tuple(LeftOutPart(**part) for part in value["left_out"])
    page = value["page"]
    if page is not None:
        page = _read_page_choices(page | {name: value[name] for name in ("charset_basis", "invalid")})
    return MailChoices(**{**value, "page": page, "left_out": left_out})


def _read_page_choices(value: dict[str, Any]) -> Choices:
    return Choices(**{**value, "select": tuple(value["select"]), "remove": tuple(value["remove"])})
