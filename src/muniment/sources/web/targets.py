"""An address of the web as it is asked: where to connect, and what to ask for there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from muniment.errors import InputError
from muniment.record.capture import without_credentials

PORTS: Final = frozenset({80, 443, 8080, 8443})
"""Ports that are asked without more words: behind others there may be servers that take a request for orders."""

_LONGEST: Final = 1000  # characters of an address, as a record takes it
_DEFAULT: Final = {"http": 80, "https": 443}
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?\.?|\[[0-9a-f:.]{2,45}\]")
_BLANK: Final = re.compile(r"[\x00-\x20\x7f\\<>\"{}^`|\ud800-\udfff]")
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True)
class WebTarget:
    """An address that may be asked.

    Attributes:
        url: As it is asked, in ASCII, without a fragment.
        scheme: ``http`` or ``https``.
        host: In small letters; an IPv6 address without brackets.
        port: Number.
        path: Path and query, as the request names them.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the header ``Host`` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT[self.scheme] else f"{host}:{self.port}"

    @property
    def site(self) -> str:
        """Scheme and authority: what a ``robots.txt`` speaks for."""
        return f"{self.scheme}://{self.authority}"


def parse_target(url: str, *, any_port: bool = False) -> WebTarget:
    """Read an address that is to be asked.

    Args:
        url: As the keeper or a server wrote it.
        any_port: Whether it may name any port.

    Raises:
        InputError: It is no address of the web, holds a name or password, or names a port that is not asked.
    """
    shown = without_credentials(url)[:200]
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError as error:
        raise InputError("this is no address of the web", where=shown) from error
    if scheme not in _DEFAULT or not host or _BLANK.search(url) or len(url) > _LONGEST:
        raise InputError("this is no address of the web", where=shown, expected="http:// or https://, without blanks")
    if "@" in parts.netloc:
        raise InputError("an address with a name or password in it is not asked", where=f"{scheme}://{host[:200]}")
    bare = f"[{host}]" if ":" in host else host
    if _HOST.fullmatch(bare) is None:
        raise InputError(
            "the host cannot be read", where=shown, found=repr(host[:80]), hint="write its name in ASCII, as xn--…"
        )
    port = _DEFAULT[scheme] if port is None else port
    if port not in PORTS and not (any_port and port):
        raise InputError(
            "this port is not asked",
            where=shown,
            expected=", ".join(map(str, sorted(PORTS))),
            found=str(port),
            hint="private addresses must be allowed, and with them any port",
        )
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    target = WebTarget("", scheme, host, port, path)
    if len(target.site) + len(path) > _LONGEST:
        raise InputError("the address is too long", where=shown, expected=f"at most {_LONGEST} letters, escaped")
    return WebTarget(f"{target.site}{path}", scheme, host, port, path)


def follow(target: WebTarget, location: str, *, any_port: bool = False) -> WebTarget:
    """Read the address that an answer leads to, which may be relative.

    Args:
        target: What was asked.
        location: The header ``Location``, its bytes as Latin-1.
        any_port: Whether it may name any port.

    Raises:
        InputError: As ``parse_target``.
    """
    # Servers write other letters than ASCII as UTF-8; no other reading of the bytes is made.
    ascii_only = quote(location.encode("latin-1", errors="replace"), safe=_SAFE)
    try:
        joined = urljoin(target.url, ascii_only)
    except ValueError as error:
        raise InputError(
            "the answer leads to no address of the web", where=without_credentials(location)[:200]
        ) from error
    return parse_target(joined, any_port=any_port)
