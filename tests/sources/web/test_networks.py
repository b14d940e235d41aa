"""Which servers may be asked: none on a private network, in whatever form its address comes."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from muniment.errors import InputError
from muniment.sources.web.networks import check_network

PUBLIC = ("8.8.8.8", "93.184.216.34", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::8")
PRIVATE = (
    "10.0.0.1", "10.255.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.168.0.1", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "2001:db8::1",
    "2001::1", "3fff::1", "4000::1", "100::1", "64:ff9b:1::1",
)  # fmt: skip
NOWHERE = (
    "0.0.0.0",  # noqa: S104 - it is refused
    *("0.1.2.3", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::", "ff02::1"),
)


def _carried(address: str) -> list[str]:
    """An IPv4 address in the IPv6 addresses that carry one."""
    number = int(ip_address(address))
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    return [
        f"::ffff:{address}",
        f"::{high}:{low}",
        f"::ffff:0:{high}:{low}",
        f"64:ff9b::{address}",
        f"2002:{high}:{low}::1",
        f"2a00:1450:4001::5efe:{high}:{low}",
        f"2a00:1450:4001:0:200:5efe:{high}:{low}",
    ]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    """A server on the public internet may be asked, also by an IPv6 address that carries its IPv4 address."""
    every = [address, *(_carried(address) if "." in address else [])]
    for each in every:
        check_network(each, allow_private=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    """Private, loopback, link-local, metadata and example addresses are refused in every form, unless allowed."""
    every = [address, *(_carried(address) if "." in address else [])]
    for each in every:
        with pytest.raises(InputError, match="not on the public internet"):
            check_network(each, allow_private=False, where="https://example.org/")
        check_network(each, allow_private=True)


@pytest.mark.parametrize("address", NOWHERE)
def test_addresses_that_lead_to_no_server(address: str) -> None:
    """What leads to no server, or to many, is refused even where private addresses are allowed."""
    every = [address, *(_carried(address) if "." in address else [])]
    for each in every:
        with pytest.raises(InputError, match="leads to no server"):
            check_network(each, allow_private=True)


@pytest.mark.parametrize("word", ["", "localhost", "2130706433", "0x7f.1", "127.1", "1.2.3.4.5"])
def test_what_is_no_address(word: str) -> None:
    """What a resolver gives is an address in full, or it is refused."""
    with pytest.raises(InputError, match="gives no address"):
        check_network(word, allow_private=True)
