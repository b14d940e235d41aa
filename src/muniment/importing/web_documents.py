"""Documents of the web: the addresses under which one was captured, as one key; and what an answer brings of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from muniment.digest import sha256_hex
from muniment.importing.item import ReadState
from muniment.importing.patterns import Template
from muniment.record.capture import one_line, without_credentials
from muniment.sources import Wish
from muniment.sources.answered import charset_of_answer, medium_of_answer
from muniment.sources.warc import Unpacked
from muniment.sources.warc.answer import normal_address

_SCHEMES: Final = ("https://", "http://")
_LONGEST_ID: Final = 63
_HASH: Final = 8
_HALF: Final = re.compile("[\ud800-\udfff]")
_LONGEST: Final = 1000
"""Letters of a field in a record."""


def is_web(address: str) -> bool:
    """Whether an address is one of the web, and fits a record; half of a character, as JSON may have it, does not."""
    if _HALF.search(address):
        return False
    return address.lower().startswith(_SCHEMES) and len(address) <= _LONGEST and one_line(address) == address


def document_key(address: str) -> str:
    """Give the key of the document at an address: scheme, host, path and query, the scheme always ``https``.

    Most sites went from http to https, and their pages have one history all the same.
    """
    address = normal_address(without_credentials(address))
    scheme = next((scheme for scheme in _SCHEMES if address.startswith(scheme)), "")
    return f"{_SCHEMES[0]}{address[len(scheme) :]}" if scheme else address


@dataclass(frozen=True, slots=True)
class AddressTemplate(Template):
    """Makes the release id of an address: host, path and query, and a hash in the place of what is too long."""

    text: str = "{path}"

    def fill(self, parts: Mapping[str, str]) -> str:
        """Put the address in."""
        address = parts["path"]
        bare = re.sub("[^a-z0-9]+", "-", address.partition("://")[2].lower()).strip("-")
        if len(bare) <= _LONGEST_ID:
            return bare
        return f"{bare[: _LONGEST_ID - _HASH - 1].rstrip('-')}-{sha256_hex(address.encode())[:_HASH]}"


def read_answer(answer: Unpacked, *, where: str) -> ReadState:
    """Say what an answer is: its medium by its bytes, its charset by its head.

    Raises:
        SourceError: It is of a kind that is not read here.
    """
    medium = medium_of_answer(answer, where=where)
    charset = charset_of_answer(answer, medium)
    wish = Wish(by_http=charset is not None)
    return ReadState(answer.payload, medium, charset, wish, answer.capture, answer.exchange)
