"""Every error that Muniment raises on purpose, drawn once.

::

    MunimentError
    ├── InputError            2  what was handed in cannot be used
    │   ├── UnresolvedReferenceError  a reference is ill-formed, names nothing, or more than one thing
    │   ├── NoPageError          the site of an archive has no file at this path
    │   ├── SourceError          a file to archive is missing, empty, binary, too large, undecodable
    │   │   └── BeyondLimitsError    it could not be read within bounds of memory and time
    │   ├── MetadataError        metadata breaks its schema, or a rule of the record
    │   └── KeyRejectedError     a key is missing, weak, of another type, locked, or not allowed
    ├── IntegrityError        1  stored bytes are not what they must be
    │   ├── CanonicalError       not strict JSON, or not its RFC 8785 form
    │   ├── FormatError          a file breaks the grammar of its format
    │   ├── SchemaError          a value breaks its JSON Schema
    │   ├── SignatureError       a signature does not verify, or not in its one legal form
    │   ├── ProofError           an inclusion or consistency proof does not hold
    │   └── StampError           a time stamp does not hold
    └── UnavailableError      3  it could not be read, written or checked
        ├── NotFoundError        no such file in the store
        ├── StoreError           the store refused: unreadable, read-only, full, not a regular file
        ├── WriteConflictError   the stored bytes are other than the writer took them for
        ├── LockedError          another writer is at work
        ├── NotAnArchiveError    the folder is no archive
        ├── ExtractorMissingError  the rules that a record names, or a library for them, are not here
        └── UnfinishedError      an interrupted write must be recovered first

The number is the exit code that the command gives.  A broken invariant of our own is an assertion and never one of
these.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, ClassVar, TypeVar

from muniment.checks import NAMES

E = TypeVar("E", bound="MunimentError")

LONGEST = 1000
"""Characters of each part of an error, at most: what is hostile may be quoted, and may be megabytes."""


class MunimentError(Exception):
    """Says what is wrong, where, what was expected, what was found, and what to do next.

    Attributes:
        what: The fault, as a clause without a final stop.
        where: The file, reference or member at fault; may be empty.
        expected: What should have been there; may be empty.
        found: What was there instead; may be empty.
        hint: The next step, as a clause; may be empty.
        check: Number of the check of ``verify`` that finds this too; None where it is no such finding.

    Each part is cut at ``LONGEST`` characters; ``where``, which programs compare, only in the one line.
    """

    exit_code: ClassVar[int] = 2

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        expected: str = "",
        found: str = "",
        hint: str = "",
        check: int | None = None,
    ) -> None:
        super().__init__(_cut(what))
        self.what = _cut(what)
        self.where = where
        self.expected = _cut(expected)
        self.found = _cut(found)
        self.hint = _cut(hint)
        self.check = check

    def __str__(self) -> str:
        """One line: ``where: what: expected E, found F (hint)``, without the parts that are empty.

        What ``verify`` finds too begins as its finding does: ``FAILED 9 entry: where: …``.
        """
        head = f"{_cut(self.where)}: {self.what}" if self.where else self.what
        facts = [f"expected {self.expected}"] if self.expected else []
        facts += [f"found {self.found}"] if self.found else []
        body = f"{head}: {', '.join(facts)}" if facts else head
        line = f"{body} ({self.hint})" if self.hint else body
        return line if self.check is None else f"FAILED {self.check} {NAMES[self.check]}: {line}"

    def as_(
        self,
        kind: type[E],
        *,
        what: str | None = None,
        where: str | None = None,
        hint: str = "",
        check: int | None = None,
    ) -> E:
        """Say the same as an error of another kind.  ``what`` and ``where`` default to those of this one."""
        return kind(
            self.what if what is None else what,
            where=self.where if where is None else where,
            expected=self.expected,
            found=self.found,
            hint=hint,
            check=check,
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the fields when an error crosses to another process."""
        return (_rebuild, (type(self), vars(self)))


def _rebuild(kind: type[MunimentError], fields: dict[str, Any]) -> MunimentError:
    return kind(**fields)


class finding_of:  # noqa: N801 - used as a function; a class because it is entered a few times for each version
    """Let what a primitive finds wrong carry the number of the check that it is part of, where it has none yet."""

    __slots__ = ("check",)

    def __init__(self, check: int) -> None:
        self.check = check

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, IntegrityError):
            error.check = error.check or self.check


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class InputError(MunimentError):
    """What was handed in cannot be used; nothing was written."""

    exit_code = 2


class UnresolvedReferenceError(InputError):
    """A reference is ill-formed, names nothing, or names more than one thing."""


class NoPageError(InputError):
    """The web site of an archive has no file at this path."""


class SourceError(InputError):
    """A file to archive is missing, empty, binary, too large or undecodable."""


class BeyondLimitsError(SourceError):
    """A file to archive could not be read within the bounds of memory and time."""


class MetadataError(InputError):
    """Metadata breaks its schema or a rule of the record."""


class KeyRejectedError(InputError):
    """A key is missing, unreadable, weak, of another type, locked, or not allowed by the trust root."""


class IntegrityError(MunimentError):
    """Stored bytes are not what they must be."""

    exit_code = 1


class CanonicalError(IntegrityError):
    """Bytes are not strict JSON within the limits, or not in their RFC 8785 form."""


class FormatError(IntegrityError):
    """A file breaks the grammar of its format."""


class SchemaError(IntegrityError):
    """A value breaks its JSON Schema; ``where`` ends in the JSON Pointer of the offending member."""


class SignatureError(IntegrityError):
    """A signature does not verify, is not in its one legal form, or is by the wrong key."""


class ProofError(IntegrityError):
    """An inclusion or consistency proof does not hold."""


class StampError(IntegrityError):
    """A time stamp is not well formed, is of other bytes, or is not by an authority that the trust root pins."""


class UnavailableError(MunimentError):
    """Something could not be read, written or checked."""

    exit_code = 3


class NotFoundError(UnavailableError):
    """There is no such file in the store."""


class StoreError(UnavailableError):
    """The store refused: unreadable, read-only, full, or not a regular file."""


class WriteConflictError(UnavailableError):
    """The stored bytes are other than the writer took them for."""


class LockedError(UnavailableError):
    """Another writer is at work."""


class NotAnArchiveError(UnavailableError):
    """The folder is no archive of a format this software knows."""


class ExtractorMissingError(UnavailableError):
    """The rules that a record names are not known here, or a library that they need is not installed."""


class UnfinishedError(UnavailableError):
    """An interrupted write must be recovered before this can be done."""
