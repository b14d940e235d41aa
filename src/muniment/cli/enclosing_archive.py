"""A place for a new archive or a site, which must not lie within an archive: that would no longer verify."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from muniment.cli.target import TAG, Place, is_archive, store_at
from muniment.errors import InputError, UnavailableError
from muniment.store.interface import MAX_FILE


def refuse_inside(place: Place, what: str = "inside another archive") -> None:
    """Refuse a place within another archive, or within any for what is none, and then say so.

    Raises:
        InputError: It is in one.
    """
    if isinstance(place, Path):
        around = next((str(parent) for parent in place.resolve().parents if is_archive(parent)), None)
    else:
        around = next(filter(_has_tag, _above(place)), None)
    if around is not None:
        raise InputError(what, where=str(place), found=around, hint="choose a place beside it")


def _above(address: str) -> Iterator[str]:
    """The addresses of which a prefix in a bucket is part, the nearest one first."""
    scheme, _, rest = address.partition("://")
    parts = rest.rstrip("/").split("/")
    for number in range(len(parts) - 1, 0, -1):
        yield f"{scheme}://{'/'.join(parts[:number])}"


def _has_tag(address: str) -> bool:
    with suppress(UnavailableError):  # not there; or not for us to see, as where credentials are for a prefix alone
        store_at(address).read(TAG, max_size=MAX_FILE)
        return True
    return False
