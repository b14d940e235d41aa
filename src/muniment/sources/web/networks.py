"""Which addresses of servers may be asked: those of the public internet, unless the keeper says otherwise.

A name on the internet may lead into the network of whoever asks, where there are servers that trust everybody in it.
The tables are written out, since those of the standard library change with its version and have no addresses inside of
others: an IPv6 address may carry an IPv4 address that a router takes out again.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, TypeAlias

from muniment.errors import InputError

_Address: TypeAlias = IPv4Address | IPv6Address

_NOT_PUBLIC: Final = tuple(
    (ip_network(network), words)
    for network, words in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "the network of a provider, or its metadata"),
        ("127.0.0.0/8", "this machine"),
        ("168.63.129.16/32", "metadata of a machine"),
        ("169.254.0.0/16", "the local link, or metadata of a machine"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "protocol assignments, or metadata of a machine"),
        ("192.0.2.0/24", "addresses for examples"),
        ("192.88.99.0/24", "relays that are no more"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "networks for measuring"),
        ("198.51.100.0/24", "addresses for examples"),
        ("203.0.113.0/24", "addresses for examples"),
        ("224.0.0.0/4", "many at once"),
        ("240.0.0.0/4", "nobody"),
        ("2001::/32", "a tunnel (Teredo)"),
        ("2001:2::/48", "networks for measuring"),
        ("2001:10::/28", "identifiers that are no addresses"),
        ("2001:20::/28", "identifiers that are no addresses"),
        ("2001:db8::/32", "addresses for examples"),
        ("3fff::/20", "addresses for examples"),
    )
)
"""IANA's registries of special addresses, and what clouds answer their machines by."""

_PUBLIC_6: Final = ip_network("2000::/3")
_NEVER: Final = tuple(ip_network(each) for each in ("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8"))
"""What leads to no server, also where private addresses are allowed."""

_COMPATIBLE: Final = ip_network("::/96")
_MAPPED: Final = ip_network("::ffff:0:0/96")
_TRANSLATED: Final = ip_network("::ffff:0:0:0/96")
_NAT64: Final = ip_network("64:ff9b::/96")
_SIX_TO_FOUR: Final = ip_network("2002::/16")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


def check_network(address: str, *, allow_private: bool, where: str = "") -> None:
    """Refuse an address of a server that is not on the public internet.

    Args:
        address: IPv4 or IPv6, as a resolver gives it.
        allow_private: Whether private, loopback, link-local and metadata addresses may be asked.
        where: What errors name.

    Raises:
        InputError: It is not public, or no server is there.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError as error:
        raise InputError("the resolver gives no address", where=where, found=repr(address[:80])) from error
    every = [parsed, *_inside(parsed)]
    if any(each in network for each in every for network in _NEVER if each.version == network.version):
        raise InputError("the address leads to no server", where=where, found=address)
    reason = next((reason for each in every if (reason := _reason(each))), None)
    if reason is not None and not allow_private:
        raise InputError(
            "the address is not on the public internet",
            where=where,
            found=f"{address}, {reason}",
            hint="private addresses must be allowed",
        )


def _reason(address: _Address) -> str | None:
    """What an address is, where it is not public."""
    for network, words in _NOT_PUBLIC:
        if address.version == network.version and address in network:
            return words
    if isinstance(address, IPv6Address) and not next(_inside(address), None) and address not in _PUBLIC_6:
        return "a private network" if not address.is_loopback else "this machine"
    return None


def _inside(address: _Address) -> Iterator[IPv4Address]:
    """The IPv4 address that an IPv6 address carries."""
    if isinstance(address, IPv4Address) or int(address) < 2:
        return
    value = int(address)
    if any(address in network for network in (_COMPATIBLE, _MAPPED, _TRANSLATED, _NAT64)):
        yield IPv4Address(value & 0xFFFFFFFF)
    elif address in _SIX_TO_FOUR:
        yield IPv4Address(value >> 80 & 0xFFFFFFFF)
    elif value >> 32 & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(value & 0xFFFFFFFF)
