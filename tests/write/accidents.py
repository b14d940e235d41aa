"""An archive with a past and a future, and what may happen to its folder: the worlds of ``test_accidents``.

``WORLD`` is made once, with two releases, five versions, a later trust root, a time stamp and a witness; every state of
it is kept, so that a file, a folder or a release can come back older or newer, or from another archive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from tests.captures import captured
from tests.joining import record_key
from tests.timestamp.stamping import CLOCK, NONCE, STAMPED

from muniment.archive import Archive, open_archive
from muniment.ingest import Source
from muniment.log.cosignature import cosign, format_cosignature, parse_reply
from muniment.log.note import parse_note
from muniment.log.vkey import make_cosigner
from muniment.record import Emendation
from muniment.ssh.keys import PrivateKey
from muniment.store import MemoryStore, Store
from muniment.timestamp.request import make_request
from muniment.trust.root import Authority
from muniment.write.cosign import add_cosignatures
from muniment.write.create import InitialKeys, create_archive
from muniment.write.stamp import Reply, add_stamp
from muniment.write.trust_root import NextRoot, RootKeys, add_root
from muniment.write.version import Author, Keys, add_description, add_emendations, add_publication

ORIGIN = "press.example.org/archive"
WITNESS_KEY = PrivateKey.from_seed(bytes([7]) * 32)
WITNESS = make_cosigner("witness.example.org/anna", WITNESS_KEY.public.raw)

Files = Mapping[str, bytes]
Write = Callable[[Store], object]


def text(word: str) -> bytes:
    """An original: a heading and one paragraph."""
    return f"Notice on the harbour\n\n1. The harbour is {word}.\n".encode()


@dataclass(frozen=True)
class Hand:
    """A keeper: the keys of an archive, the second record key among them."""

    seed: int

    @property
    def founders(self) -> InitialKeys:
        """The first keys."""
        root, record, log = (PrivateKey.from_seed(bytes([self.seed + number]) * 32) for number in range(3))
        return InitialKeys(root, record, log)

    @property
    def second(self) -> PrivateKey:
        """The record key of trust root 2."""
        return PrivateKey.from_seed(bytes([self.seed + 3]) * 32)

    @property
    def keys(self) -> Keys:
        """What adding takes once trust root 2 is there."""
        return Keys(self.second, self.founders.log)

    def publish(self, store: Store, release: str, data: bytes, keys: Keys | None = None) -> None:
        """Add a publication."""
        add_publication(store, keys or self.keys, release, Source(data, "n.txt", STAMPED[:10]), {}, Author(STAMPED))

    def capture(self, store: Store, release: str, data: bytes) -> None:
        """Add what a server answered, with the exchange beside it."""
        add_publication(store, self.keys, release, captured(data), {}, Author(STAMPED))

    def describe(self, store: Store, word: str) -> None:
        """Describe the newest version of the harbour."""
        add_description(store, self.keys, "harbour", {"subjects": [word]}, Author(STAMPED, note=word))

    def rotate(self, store: Store) -> None:
        """Trust root 2: a second record key, an authority, a witness."""

        def make(archive: Archive) -> NextRoot:
            root, size = archive.chain[-1], archive.checkpoint.size
            new = record_key(root, size, self.second)
            authority = Authority("clock", "https://clock.example.org/tsr")
            old = replace(root.record_keys[0], last_index=size)
            changed = replace(
                root, record_keys=(old, new), authorities=(authority,), witnesses=(WITNESS.vkey,), quorum=1
            )
            return NextRoot(changed, {authority.certificates: CLOCK.pinned})

        add_root(store, RootKeys([self.founders.root], self.founders.log), make, STAMPED)

    def succeed(self, store: Store) -> None:
        """The next trust root: a third record key may sign too."""

        def make(archive: Archive) -> NextRoot:
            root, size = archive.chain[-1], archive.checkpoint.size
            third = PrivateKey.from_seed(bytes([self.seed + 10 + size]) * 32)
            new = record_key(root, size, third)
            return NextRoot(replace(root, record_keys=(*root.record_keys, new)))

        add_root(store, RootKeys([self.founders.root], self.founders.log), make, STAMPED)

    def stamp(self, store: Store) -> None:
        """A time stamp of the newest checkpoint."""
        size = open_archive(store).checkpoint.size
        request = make_request(store.read(f"log/checkpoints/{size}"), NONCE)
        add_stamp(store, self.founders.log, Reply("clock", size, request, CLOCK.reply(request)), STAMPED)

    def states(self, origin: str = ORIGIN) -> list[Files]:
        """The archive after each of its steps, by the number of entries of its log, from 1."""
        first = Keys(self.founders.record, self.founders.log)
        steps: list[Write] = [
            lambda store: create_archive(store, self.founders, origin=origin, now=STAMPED),
            lambda store: self.publish(store, "harbour", text("closed"), first),
            lambda store: self.publish(store, "tide", b"Tide\n\nHigh at noon.\n", first),
            self.rotate,
            lambda store: self.describe(store, "harbours"),
            self.stamp,
            lambda store: self.capture(store, "harbour", text("open")),
            lambda store: self.publish(store, "harbour", text("closed")),
            # The archive as it is now; what follows is the future, which a newer file comes from.
            lambda store: self.publish(store, "tide", b"Tide\n\nHigh at one.\n"),
            lambda store: self.describe(store, "closures"),
            lambda store: self.publish(store, "pier", b"Pier\n\nIt is long.\n"),
            self.succeed,
        ]
        store = MemoryStore()
        states: list[Files] = []
        for step in steps:
            step(store)
            states.append(store.files)
        return states


KEEPER = Hand(1)
NOW = 8
"""Number of entries of the log of the archive as it is now."""


@cache
def world() -> list[Files]:
    """The states of the archive; those at and after ``NOW`` have all that a newer copy would have."""
    return KEEPER.states()


@cache
def strangers() -> list[Files]:
    """Other archives in the same state: of the same name by other keys, and of another name by the same keys."""
    return [Hand(101).states()[NOW - 1], KEEPER.states("other.example.org/archive")[NOW - 1]]


@cache
def reply() -> bytes:
    """What the witness answers about the archive as it is now."""
    note = parse_note(world()[NOW - 1]["log/checkpoint"])[0]
    return format_cosignature(cosign(note, WITNESS, 1800000000, WITNESS_KEY.sign))


def emend(store: Store) -> None:
    """Emend the newest version of the harbour."""
    emendation = Emendation("p1", 4, 11, "corrected", "haven", "as elsewhere", "the editor")
    add_emendations(store, KEEPER.keys, "harbour", lambda *_: [emendation], {}, Author(STAMPED))


WRITERS: dict[str, Write] = {
    "capture": lambda store: KEEPER.capture(store, "harbour", text("gone")),
    "add": lambda store: KEEPER.publish(store, "harbour", text("gone")),
    "add to another release": lambda store: KEEPER.publish(store, "tide", b"Tide\n\nLow at noon.\n"),
    "add a new release": lambda store: KEEPER.publish(store, "buoy", b"Buoy\n\nIt is red.\n"),
    "describe": lambda store: KEEPER.describe(store, "docks"),
    "emend": emend,
    "key": KEEPER.succeed,
    "timestamp": KEEPER.stamp,
    "witness": lambda store: add_cosignatures(store, parse_reply(reply())),
}


def places(files: Files) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """Every file and every folder of an archive, a release among them: its path, and whether a path belongs to it."""
    folders = {path[:at] for path in files for at, sign in enumerate(path) if sign == "/"}
    for path in sorted(files):
        yield path, path.__eq__
    for folder in sorted(folders):
        yield f"{folder}/", lambda path, folder=folder: path.startswith(f"{folder}/")  # type: ignore[misc]


def accidents(files: Files) -> Iterator[tuple[str, Files]]:
    """Every accident with the folder as it is now: what happened, and the folder after it.

    One file or folder missing, older or newer as in each other state, doubled beside itself, or from another archive.
    """
    others = [(f"as of {size} entries", world()[size - 1]) for size in range(1, len(world()) + 1) if size != NOW]
    others += [("of other keys", strangers()[0]), ("of another name", strangers()[1]), ("missing", {})]
    for place, within in places({**files, **world()[-1]}):
        rest = {path: data for path, data in files.items() if not within(path)}
        seen = [dict(files)]
        for name, other in others:
            state = rest | {path: data for path, data in other.items() if within(path)}
            if state not in seen:
                seen.append(state)
                yield f"{place} {name}", state
        for mark in (" (1)", "-copy", ".bak"):
            yield f"{place} doubled{mark}", {**files, **_doubled(files, place, mark)}


def _doubled(files: Files, place: str, mark: str) -> Files:
    if place.endswith("/"):
        named = place[:-1] + mark
        return {f"{named}/{path[len(place) :]}": data for path, data in files.items() if path.startswith(place)}
    head, dot, suffix = place.rpartition(".")
    named = f"{head}{mark}{dot}{suffix}" if dot and "/" not in suffix else f"{place}{mark}"
    return {named: files[place]} if place in files else {}
