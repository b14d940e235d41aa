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


Parameters = Choices | PdfChoices
"""The choices of any extractor; each has its own."""

_OF_PDF: Final = "running_heads"


def read_choices(value: dict[str, Any]) -> Parameters:
    """Turn an object that its schema has accepted into choices; which ones, its members tell."""
    if _OF_PDF in value:
        return PdfChoices(**value)
    return Choices(**{**value, "select": tuple(value["select"]), "remove": tuple(value["remove"])})
