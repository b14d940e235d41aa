"""What an adapter gives, and what an adapter is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from muniment.record import Choices, DocumentChoices, Extractor, MailChoices, Paragraph, Parameters, PdfChoices

__all__ = [
    "Adapter",
    "Extraction",
    "Extractor",
    "OutlinePart",
    "Paragraph",
    "StatedFact",
    "Wish",
    "wish_after",
    "wish_again",
]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an adapter, where its medium leaves a choice; plain text leaves none.

    Attributes:
        select: CSS selectors of the parts to take; empty to let the rule for the main part propose one.
        select_basis: Who chose them, as ``record.Choices`` has it.
        remove: CSS selectors of what is left out of them.
        plain_lists: Whether items of lists have no number and no bullet before them.
        replace_invalid: Whether bytes that are no text become U+FFFD; else they are an error.
        by_http: Whether the charset was named by the header of a response, and not by the keeper.
        outline: Whether to give what was left out too.
        running_heads: Whether running heads and page numbers of a PDF are kept.
        accept_order: Whether letters of a PDF are taken in an order that may be wrong.
        afresh: Whether what is left open is chosen anew, and not as in the version before.
        part: The number of the part of an e-mail to take; None to let the rule propose one.
        part_basis: Who chose it, as ``record.MailChoices`` has it.
        rendered: Whether a browser ran the scripts of the page already.
    """

    select: tuple[str, ...] = ()
    select_basis: str = "keeper"
    remove: tuple[str, ...] = ()
    plain_lists: bool = False
    replace_invalid: bool = False
    by_http: bool = False
    outline: bool = False
    running_heads: bool = False
    accept_order: bool = False
    afresh: bool = False
    part: str | None = None
    part_basis: str = "keeper"
    rendered: bool = False


NO_WISH = Wish()


def wish_again(choices: Parameters | None) -> Wish:
    """Give the wish that leads to the same choices again."""
    if choices is None or isinstance(choices, DocumentChoices):
        return NO_WISH
    if isinstance(choices, PdfChoices):
        return Wish(running_heads=choices.running_heads, accept_order=choices.accept_order)
    if isinstance(choices, MailChoices):
        page = replace(wish_again(choices.page), by_http=False, replace_invalid=choices.invalid > 0)
        return replace(page, part=choices.part, part_basis=choices.part_basis)
    return Wish(
        choices.select,
        choices.select_basis,
        choices.remove,
        choices.plain_lists,
        replace_invalid=choices.invalid > 0,
        by_http=choices.charset_basis == "http",
    )


def wish_after(wish: Wish, choices: Parameters | None) -> Wish:
    """Give a wish in which what is left open is chosen as in the version before, unless it says afresh."""
    if wish.afresh:
        return wish
    if isinstance(choices, PdfChoices):
        return replace(
            wish,
            running_heads=wish.running_heads or choices.running_heads,
            accept_order=wish.accept_order or choices.accept_order,
        )
    if isinstance(choices, MailChoices):
        kept = choices.part if choices.part_basis == "keeper" else None
        return wish_after(replace(wish, part=wish.part or kept), choices.page)
    if isinstance(choices, Choices):
        return replace(
            wish,
            select=wish.select or choices.select,
            select_basis="keeper" if wish.select else choices.select_basis,
            remove=_removed_after(wish, choices),
            plain_lists=wish.plain_lists or choices.plain_lists,
        )
    return wish


def _removed_after(wish: Wish, choices: Choices) -> tuple[str, ...]:
    """What is left out: the keeper's choice instead of one before, but beside what the rule leaves out of its part."""
    if wish.remove and not wish.select and choices.select_basis == "rule":
        return tuple(dict.fromkeys((*wish.remove, *choices.remove)))
    return wish.remove or (() if wish.select and choices.select_basis == "rule" else choices.remove)


def charset_again(charset: str | None, choices: Parameters | None) -> str | None:
    """Give the charset to name, so that it is found again as it was: of a page only where its bytes do not say it."""
    if isinstance(choices, Choices | MailChoices):
        return charset if choices.charset_basis in {"keeper", "http"} else None
    return charset


@dataclass(frozen=True, slots=True)
class StatedFact:
    """What an original states about itself.

    Attributes:
        member: ``title``, ``language``, ``issued``, ``issuer`` or ``uri``, as metadata has it.
        value: What is stated.
        place: Where, such as ``og:title``.
    """

    member: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """One paragraph of an original, whether it was taken or left out."""

    text: str
    kind: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was taken out of one original.

    Attributes:
        paragraphs: In the order of the text; at least one.
        charset: IANA name in lower case, as decoded, without byte order mark; None where the medium has none.
        media_type: Of the original, such as ``text/plain``.
        extractor: The rules applied, and what was chosen.
        facts: What the original states about itself.
        outline: All its paragraphs, where that was asked for.
        words: How many words were taken, where some may be left out.
        words_left_out: How many were not.
    """

    paragraphs: tuple[Paragraph, ...]
    charset: str | None
    media_type: str
    extractor: Extractor
    facts: tuple[StatedFact, ...] = field(default=(), compare=False)
    outline: tuple[OutlinePart, ...] = field(default=(), compare=False)
    words: int = field(default=0, compare=False)
    words_left_out: int = field(default=0, compare=False)


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

    @property
    def suffix(self) -> str:
        """Of the name under which its originals are kept, such as ``txt``."""
        ...

    @property
    def extra(self) -> str:
        """The extra of the package that it needs; empty where it needs none."""
        ...

    def at_hand(self) -> bool:
        """Whether what it needs is installed."""
        ...

    def extract(self, data: bytes, charset: str | None, *, wish: Wish = NO_WISH, where: str = "") -> Extraction:
        """Take the paragraphs out of the bytes of an original.

        Args:
            data: The original as received.
            charset: Its charset, or None to let the bytes say.
            wish: What is to be taken, where the medium leaves a choice.
            where: What errors name.

        Raises:
            SourceError: The bytes are not a text of this medium, or one beyond the limits.
            UnavailableError: The medium is read by a program of its own, which could not be started.
        """
        ...
