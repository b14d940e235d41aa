"""What is one document on the web: the addresses under which it was captured, as one key."""

from __future__ import annotations

from typing import Final

from muniment.record.capture import one_line, without_credentials
from muniment.sources.warc.answer import normal_address

_SCHEMES: Final = ("https://", "http://")
_LONGEST: Final = 1000
"""Letters of a field in a record."""


def is_web(address: str) -> bool:
    """Whether an address is one of the web, and fits a record."""
    return address.lower().startswith(_SCHEMES) and len(address) <= _LONGEST and one_line(address) == address


def document_key(address: str) -> str:
    """Give the key of the document at an address: host, path and query, without the scheme.

    Most sites went from http to https, and their pages have one history all the same.
    """
    address = normal_address(without_credentials(address))
    scheme = next((scheme for scheme in _SCHEMES if address.startswith(scheme)), "")
    return address[len(scheme) :]
