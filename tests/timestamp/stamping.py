"""An archive whose trust root pins authorities, and stamps on it, through the library alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.timestamp.authority import GENERATED, Authority, make_authority

from muniment.archive import Archive, open_archive
from muniment.archive.paths import checkpoint_path
from muniment.store import Store
from muniment.timestamp.request import make_request
from muniment.trust import root as trust_root
from muniment.write.create import InitialKeys
from muniment.write.stamp import Reply, Stamped, add_stamp
from muniment.write.trust_root import NextRoot, RootKeys, add_root

STAMPED = f"{GENERATED:%Y-%m-%dT%H:%M:%SZ}"
"""The time at which the authorities of the tests stamp."""

NONCE = 0x8123456789ABCDEF

CLOCK, WATCH = make_authority("Clock"), make_authority("Watch", 30)
"""Two authorities, each under a root of its own; in trust roots ``clock`` and ``watch``."""

PINNED: dict[str, tuple[Authority, str | None]] = {
    "clock": (CLOCK, "https://clock.example.org/tsr"),
    "watch": (WATCH, "https://watch.example.org/tsr"),
}


def pin(
    store: Store,
    founders: InitialKeys,
    pinned: Mapping[str, tuple[Authority, str | None]] = PINNED,
    *,
    now: str = STAMPED,
) -> None:
    """Give an archive its next trust root, which names these authorities, by name, with their URLs."""

    def make(archive: Archive) -> NextRoot:
        root = archive.chain[-1]
        named = tuple(trust_root.Authority(name, url) for name, (_, url) in sorted(pinned.items()))
        held = {file.path for file in root.files}
        files = {each.certificates: pinned[each.name][0].pinned for each in named if each.certificates not in held}
        return NextRoot(replace(root, authorities=named), files)

    add_root(store, RootKeys([founders.root], founders.log), make, now)


def stamp(
    store: Store,
    founders: InitialKeys,
    name: str = "clock",
    authority: Authority = CLOCK,
    *,
    size: int | None = None,
    now: str = STAMPED,
) -> Stamped:
    """Ask an authority for a stamp of the newest checkpoint, or that of a size, and add it."""
    size = size or open_archive(store).checkpoint.size
    request = make_request(store.read(checkpoint_path(size)), NONCE)
    return add_stamp(store, founders.log, Reply(name, size, request, authority.reply(request)), now)
