"""Tests of ``muniment.memory``: the memory file, and how two sightings of a log relate."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.canonical import format_canonical, parse_canonical
from muniment.errors import FormatError, IntegrityError, WriteConflictError
from muniment.log.checkpoint import Checkpoint, sign_checkpoint
from muniment.log.merkle import leaf_hash, tree_root
from muniment.log.newest import NamedRoot
from muniment.log_view import FORKED, GROWN, SAME, SHORTER, UNPROVEN, LeafTree, LogView, first_difference, relation
from muniment.memory import (
    MAX_EARLIER,
    MAX_MEMORY,
    Remembered,
    SeenHead,
    format_memory,
    memory_name,
    parse_memory,
    raised,
    remember,
)
from muniment.ssh.keys import PrivateKey

ORIGIN = "press.example.org/archive"
ROOT = "sha256:" + "ab" * 32
KEY = PrivateKey.from_seed(bytes([3]) * 32)
NEWEST = NamedRoot(1, "sha256:" + "ab" * 32)
ENTRIES = st.lists(st.sampled_from([b"a", b"b"]), min_size=1, max_size=12)


def sighting(entries: list[bytes], *, whole: bool = True, name: str = "x") -> LogView:
    """What a source shows of a log of these entries: all leaf hashes, or the checkpoint alone."""
    leaves = tuple(map(leaf_hash, entries))
    checkpoint = Checkpoint(ORIGIN, len(entries), tree_root(leaves), NEWEST)
    note = sign_checkpoint(checkpoint, KEY.public.raw, KEY.sign)
    return LogView(name, note, checkpoint, ROOT, tree=LeafTree(leaves) if whole else None)


def memory(entries: list[bytes], seen: str = "2026-11-22", root: str = ROOT) -> Remembered:
    """What is remembered of a log of these entries."""
    return remember(sighting(entries).note, root, seen)


def test_format_and_parse() -> None:
    """A memory file holds the signed checkpoint, the trust root and the day, and reads back as the same value."""
    kept = memory([b"a", b"b"])
    data = format_memory(kept)
    assert json.loads(data) == {
        "checkpoint": sighting([b"a", b"b"]).note.decode(),
        "format": "muniment-memory/1",
        "root": ROOT,
        "seen": "2026-11-22",
    }
    read = parse_memory(data, ORIGIN, where="seen/x.json")
    assert read == kept
    assert (read.where, read.origin, read.size) == ("seen/x.json", ORIGIN, 2)
    assert read.root_hash == tree_root([leaf_hash(b"a"), leaf_hash(b"b")])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"muniment-memory/1", b"muniment-memory/2"),
        (b'"seen"', b'"Seen"'),
        (b"2026-11-22", b"2026-11-31"),
        (b"2026-11-22", b"20261122"),
        (b'"2026-11-22"', b"20261122"),
        (b"sha256:ab", b"sha256:AB"),
        (b"press.example.org/archive\\n2", b"press.example.net/archive\\n2"),
        (b"archive\\n2", b"archive\\n02"),
        (b'{"check', b'{ "check'),
        (b"}", b""),
    ],
)
def test_damaged(old: bytes, new: bytes) -> None:
    """A memory file that is not exactly what was written is refused, and the error names it."""
    data = format_memory(memory([b"a", b"b"]))
    assert old in data
    with pytest.raises(IntegrityError) as caught:
        parse_memory(data.replace(old, new), ORIGIN, where="seen/x.json")
    assert caught.value.where.startswith("seen/x.json")


def test_other_json_and_other_archive() -> None:
    """Any other JSON is no memory, and a memory under the name of another archive is refused."""
    for data in (b"[]", b"{}", b"null", b'"x"', b"", b"\xff"):
        with pytest.raises(IntegrityError):
            parse_memory(data, ORIGIN)
    with pytest.raises(IntegrityError, match="the memory of another archive"):
        parse_memory(format_memory(memory([b"a"])), "press.example.org/other")


def test_names() -> None:
    """A name is readable, stays in its folder, and is another one for each origin, also where cases are one."""
    assert memory_name("a.org/b") == f"a.org_b-{hashlib.sha256(b'a.org/b').hexdigest()[:16]}.json"
    origins = ["a.org/b/c", "a.org/b_c", "a.org/B/c", "a.org/b", "con", "a.org/" + "x" * 100]
    names = {memory_name(origin).lower() for origin in origins}
    assert len(names) == len(origins)
    assert not any("/" in name or name.startswith(".") or len(name) > 160 for name in names)


def test_raised_never_lowers() -> None:
    """The higher checkpoint is kept, whoever comes last; at one size the later day; the first is kept as it is."""
    low, high = memory([b"a"]), memory([b"a", b"b"])
    assert raised(None, low) == low
    assert raised(low, high) == high
    assert raised(high, low) == high
    assert raised(high, replace(low, seen="2027-01-01")) == high
    later = replace(high, seen="2026-11-23")
    assert raised(high, later) == replace(later, earlier=(SeenHead(2, high.root_hash, "2026-11-22"),))
    assert raised(later, high) == later


def test_earlier_sights_are_kept() -> None:
    """Each raise on a later day keeps what was seen before, of each size the first day, thinned beyond a number."""
    entries = [b"%d" % number for number in range(200)]
    kept: Remembered | None = None
    for number in range(1, 150):
        day = (date(2026, 1, 1) + timedelta(days=number // 2)).isoformat()
        kept = raised(kept, memory(entries[: 1 + number // 4], day))
        assert parse_memory(format_memory(kept), ORIGIN) == kept
        sizes = [sight.size for sight in kept.earlier]
        assert sizes == sorted(set(sizes))
        assert len(sizes) <= MAX_EARLIER
    assert kept is not None
    assert (kept.size, kept.seen) == (38, "2026-03-16")
    assert [(sight.size, sight.seen) for sight in kept.earlier[:3]] == [
        (1, "2026-01-01"),
        (2, "2026-01-03"),
        (3, "2026-01-05"),
    ]


def test_many_earlier_sights() -> None:
    """Beyond the number that is kept every second one is let go, the first never."""
    entries = [b"%d" % number for number in range(200)]
    kept = memory(entries[:1], "2026-01-01")
    for number in range(2, 100):
        kept = raised(kept, memory(entries[:number], (date(2026, 1, 1) + timedelta(days=number)).isoformat()))
    sizes = [sight.size for sight in kept.earlier]
    assert (sizes[0], sizes[-1]) == (1, 98)
    assert 33 <= len(sizes) <= MAX_EARLIER
    assert len(format_memory(kept)) < MAX_MEMORY


@pytest.mark.parametrize(
    "earlier",
    [
        [],
        {},
        [1],
        [{"root": "A" * 43 + "=", "seen": "2026-11-21", "size": 0}],
        [{"root": "A" * 43 + "=", "seen": "2026-11-21", "size": True}],
        [{"root": "A" * 43 + "=", "seen": "2026-11-21", "size": 3}],
        [{"root": "A" * 43 + "=", "seen": "2026-11-23", "size": 1}],
        [{"root": "A" * 43 + "=", "seen": "21 November", "size": 1}],
        [{"root": "A" * 42 + "=", "seen": "2026-11-21", "size": 1}],
        [{"root": 1, "seen": "2026-11-21", "size": 1}],
        [{"root": "A" * 43 + "=", "seen": "2026-11-21", "size": 1, "more": 1}],
        [{"root": "A" * 43 + "=", "seen": "2026-11-21", "size": 1}] * 2,
        [{"root": "A" * 43 + "=", "seen": "2026-11-21", "size": 1}] * 65,
    ],
)
def test_ill_formed_earlier_sights(earlier: Any) -> None:  # noqa: ANN401 - any JSON
    """Earlier sights that no memory could hold make the file unusable."""
    value = parse_canonical(format_memory(memory([b"a", b"b"])))
    assert isinstance(value, dict)
    with pytest.raises(FormatError):
        parse_memory(format_canonical({**value, "earlier": earlier}), ORIGIN)


def test_raised_refuses_contradictions() -> None:
    """What was written meanwhile under another root, or with another history of the size, is not overwritten."""
    stored = replace(memory([b"a"]), where="seen/x.json")
    with pytest.raises(WriteConflictError, match=r"seen/x\.json: another archive of this name"):
        raised(stored, memory([b"a"], root="sha256:" + "cd" * 32))
    with pytest.raises(WriteConflictError, match=r"seen/x\.json: another history of this log"):
        raised(stored, memory([b"b"]))


@given(ENTRIES, ENTRIES)
def test_any_extension_passes_and_nothing_else(first: list[bytes], second: list[bytes]) -> None:
    """A log relates to an older one as its entries do: a prefix has grown, anything else is forked or shorter."""
    size = min(len(first), len(second))
    how = relation(sighting(first), sighting(second))
    if first[:size] != second[:size]:
        assert how == FORKED
        index = next(n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b)
        named = first_difference(sighting(first), sighting(second))
        assert named == f"entry {index} is the first that differs"
    else:
        assert how == (SAME if len(first) == len(second) else GROWN if len(first) < len(second) else SHORTER)


@given(ENTRIES, ENTRIES, st.tuples(st.booleans(), st.booleans()))
def test_without_entries_nothing_false_is_said(
    first: list[bytes], second: list[bytes], has_entries: tuple[bool, bool]
) -> None:
    """Where a side has no entries, the answer is the true one or none; and it is there if the longer side has them."""
    first_whole, second_whole = has_entries
    true = relation(sighting(first), sighting(second))
    told = relation(sighting(first, whole=first_whole), sighting(second, whole=second_whole))
    assert told in {true, UNPROVEN}
    longer_is_whole = first_whole if len(first) > len(second) else second_whole
    assert told == true or not (longer_is_whole or len(first) == len(second))


@given(ENTRIES, st.lists(ENTRIES, max_size=5))
def test_growth_in_steps(first: list[bytes], steps: list[list[bytes]]) -> None:
    """A log that grows step by step has grown from each of its earlier states."""
    states = [first]
    for step in steps:
        states.append([*states[-1], *step])
    for number, older in enumerate(states):
        for newer in states[number:]:
            assert relation(sighting(older, whole=False), sighting(newer)) in {SAME, GROWN}


def test_difference_by_one_entry() -> None:
    """A snapshot knows one entry: it is named where it differs, and nothing is said where it does not."""
    whole = sighting([b"a", b"b", b"a"])
    for entry, said in (
        ((1, leaf_hash(b"x")), "entry 1 differs"),
        ((1, leaf_hash(b"b")), ""),
        ((7, leaf_hash(b"b")), ""),
    ):
        one = replace(sighting([b"a", b"x"], whole=False), entry=entry)
        assert (first_difference(one, whole), first_difference(whole, one)) == (said, said)
    assert first_difference(sighting([b"a"], whole=False), whole) == ""
    assert sighting([b"a"]).published(1) is None


def test_newest_roots_that_contradict() -> None:
    """Two sightings that name trust roots which cannot both be are a fork, though no entry is known; none is kept."""

    def named(size: int, version: int) -> LogView:
        checkpoint = Checkpoint(ORIGIN, size, bytes(32), NamedRoot(version, f"sha256:{version:064x}"))
        return LogView("x", sign_checkpoint(checkpoint, KEY.public.raw, KEY.sign), checkpoint, ROOT)

    for old, new, said in (
        (named(5, 3), named(7, 2), FORKED),
        (named(7, 2), named(5, 3), FORKED),
        (named(5, 1), named(7, 4), FORKED),
        (named(5, 1), named(7, 3), UNPROVEN),
        (named(5, 2), named(5, 2), SAME),
        (named(5, 2), named(5, 1), FORKED),
    ):
        assert relation(old, new) == said
        assert first_difference(old, new) == ("the newest trust root is another" if said == FORKED else "")
        stored, seen = (remember(side.note, ROOT, day) for side, day in ((old, "2026-11-22"), (new, "2026-11-23")))
        if said == FORKED:
            with pytest.raises(WriteConflictError, match="another history of this log was seen meanwhile"):
                raised(stored, seen)
        else:
            assert raised(stored, seen).head == max(stored.head, seen.head, key=lambda head: head.size)


@given(st.lists(st.tuples(st.integers(1, 12), st.dates(date(1970, 1, 1), date(9999, 12, 31))), min_size=1, max_size=12))
def test_any_clock(looks: list[tuple[int, date]]) -> None:
    """Whatever a clock said at each look, forwards or backwards, what is kept reads back as it was."""
    kept: Remembered | None = None
    for size, day in looks:
        kept = raised(kept, memory([b"a"] * size, day.isoformat()))
        assert parse_memory(format_memory(kept), ORIGIN) == kept
    assert kept is not None
    assert kept.size == max(size for size, _ in looks)


CLOCKS = [("2026-06-02", "2020-01-01"), ("2030-01-02", "2026-11-29"), ("9999-12-31", "1970-01-01")]


@pytest.mark.parametrize(("before", "after"), CLOCKS)
def test_clock_that_goes_back(before: str, after: str) -> None:
    """A log that grew while the clock went back is kept at its new size, with the later of the days."""
    kept = raised(memory([b"a"], before), memory([b"a", b"b"], after))
    assert (kept.size, kept.seen) == (2, before)
    later = raised(kept, memory([b"a", b"b", b"a"], before))
    assert parse_memory(format_memory(later), ORIGIN) == later
