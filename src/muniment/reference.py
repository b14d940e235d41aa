"""How people name a release, a version or a paragraph: ``RELEASE/v1#p16``.

A reference is text; what it stands for is decided by ``archive``.  Forms: ``v1`` (where there is one
release), ``RELEASE`` (its newest version), ``RELEASE/v1``, ``sha256:<64 hex>`` (one record, for good), each
with ``#p16`` or ``#16`` for a paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from muniment.digest import format_digest
from muniment.errors import InputError, UnresolvedReferenceError

RELEASE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""Grammar of a release id, to be used with ``fullmatch``."""

_PART = r"(?:[0-9]+[^\W\d_]{0,9}|[^\W\d_]{1,9}(?:[0-9]+[^\W\d_]{0,9})?)"
PARAGRAPH_ID = re.compile(rf"p{_PART}(?:\.{_PART})*|(?:h|nn)[0-9]+")
"""Grammar of a paragraph id, to be used with ``fullmatch``; ``check_paragraph_id`` also refuses capitals."""

MAX_PARAGRAPH_ID = 64

_VERSION = re.compile(r"v([1-9][0-9]{0,8})")
_LIKE_A_VERSION = re.compile(r"v[0-9]+")
_HEX = re.compile(r"[0-9a-f]{64}")
# Windows opens a device, whatever the folder, when a file is called one of these.
_DEVICE_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
)
_FORMS = "RELEASE, RELEASE/v1, v1 or sha256:<64 hex>, each with or without #p16"


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference taken apart; what it does not say is None.

    Attributes:
        release: Release id, or None where the archive holds only one or a digest says it.
        version: Version number from 1, or None for the newest.
        digest: SHA-256 of a record as 64 hex digits; then release and version are None.
        paragraph: Paragraph id in its normal form, ``p16``.
    """

    release: str | None = None
    version: int | None = None
    digest: str | None = None
    paragraph: str | None = None


def check_release_id(text: str) -> str:
    """Give back a release id that is fit to name a folder on every system.

    Raises:
        InputError: It breaks the grammar, looks like a version, or is a Windows device name.
    """
    if RELEASE_ID.fullmatch(text) is None:
        raise InputError(
            "not a release id",
            expected="1 to 63 of a-z, 0-9 and -, beginning with a letter or digit",
            found=_quote(text),
            hint="for example kz-events-2022-01",
        )
    if _LIKE_A_VERSION.fullmatch(text):
        raise InputError(
            "a release id must not look like a version",
            found=_quote(text),
            hint=f"for example release-{text}",
        )
    if text in _DEVICE_NAMES:
        raise InputError(
            "a release id must not be a Windows device name", found=_quote(text), hint=f"for example {text}-1"
        )
    return text


@lru_cache(1024)  # nearly every text has the same ids: 0.3 us each becomes 0.05; an error is not kept
def check_paragraph_id(text: str) -> str:
    """Give back a paragraph id in its normal form: ``p16``, ``p9.1``, ``p16.a``, ``nn1``, ``h1``.

    Raises:
        InputError: It breaks the grammar, has capitals or is longer than 64 characters.
    """
    fits = len(text) <= MAX_PARAGRAPH_ID and PARAGRAPH_ID.fullmatch(text) is not None
    if not fits or text != text.lower():
        raise InputError("not a paragraph id", expected="p16, p9.1, p16.a, nn1 or h1", found=_quote(text))
    return text


def format_reference(reference: Reference) -> str:
    """Write a reference in its normal form; ``parse_reference`` reads it back to the same value."""
    if reference.digest is not None:
        head = format_digest(reference.digest)
    else:
        version = None if reference.version is None else f"v{reference.version}"
        head = "/".join(part for part in (reference.release, version) if part is not None)
    return head if reference.paragraph is None else f"{head}#{reference.paragraph}"


def parse_reference(text: str) -> Reference:
    """Read a reference.

    Raises:
        UnresolvedReferenceError: It has none of the forms; the error says which part is at fault.
    """
    head, mark, fragment = text.partition("#")
    try:
        paragraph = _parse_paragraph(fragment) if mark else None
        if head.startswith("sha256:"):
            return Reference(digest=_parse_hash(head), paragraph=paragraph)
        release, version = _parse_head(head)
    except UnresolvedReferenceError as error:
        error.where = _quote(text)
        raise
    except InputError as error:
        raise error.as_(UnresolvedReferenceError, where=_quote(text), hint=error.hint) from error
    return Reference(release=release, version=version, paragraph=paragraph)


def _parse_paragraph(fragment: str) -> str:
    return check_paragraph_id(f"p{fragment}" if fragment[:1].isdecimal() else fragment)


def _parse_hash(head: str) -> str:
    digits = head.removeprefix("sha256:")
    if _HEX.fullmatch(digits):
        return digits
    if _HEX.fullmatch(digits.lower()):
        raise UnresolvedReferenceError("a hash is written in lower case", hint=f"sha256:{digits.lower()}")
    if 0 < len(digits) < 64:
        raise UnresolvedReferenceError(
            "a short hash finds, never verifies",
            expected="64 hex digits",
            found=f"{len(digits)} characters",
            hint="give the whole hash, as the log has it",
        )
    raise UnresolvedReferenceError(
        "not a hash", expected="sha256: and 64 hex digits", found=f"{len(digits)} characters after sha256:"
    )


def _parse_head(head: str) -> tuple[str | None, int | None]:
    release, slash, version = head.partition("/")
    if slash:
        return check_release_id(release), _parse_version(version)
    if _LIKE_A_VERSION.fullmatch(head):
        return None, _parse_version(head)
    if not head:
        raise UnresolvedReferenceError("names nothing", expected=_FORMS)
    if _HEX.fullmatch(head.lower()):
        raise UnresolvedReferenceError("a bare hash", hint=f"write sha256:{head.lower()}")
    if RELEASE_ID.fullmatch(head) is None:
        raise UnresolvedReferenceError("not a reference", expected=_FORMS)
    return check_release_id(head), None


def _parse_version(text: str) -> int:
    match = _VERSION.fullmatch(text)
    if match is None:
        raise UnresolvedReferenceError(
            "not a version",
            expected="v1, v2, … without leading zeros",
            found=_quote(text),
            hint="leave the version out for the newest",
        )
    return int(match[1])


def _quote(text: str) -> str:
    """Quote hostile text for a message: escaped, at most 80 characters of it."""
    return repr(text if len(text) <= 80 else text[:79] + "…")
