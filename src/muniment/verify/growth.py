"""Check 13: the log has grown from what was seen of it before, on this machine or in an older copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from muniment.archive.existence import Proven
from muniment.archive.paths import CHECKPOINT, ROOTS, root_path
from muniment.errors import IntegrityError, MunimentError
from muniment.log.checkpoint import open_checkpoint
from muniment.log.encoding import say_entries
from muniment.log_view import (
    FORKED,
    GROWN,
    SAME,
    SHORTER,
    LogView,
    described,
    first_difference,
    moved_version,
    relation,
    shared_entry,
)
from muniment.memory import Past, Remembered, SeenHead
from muniment.verify.fork import make_fork
from muniment.verify.log_views import unusable
from muniment.verify.report import Tally

TRUST, MEMORY = 11, 13

_WRITE_DOWN, _VERIFY_FIRST = "write both checkpoints down", "verify the archive, and write both checkpoints down"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked, as findings name it.

    Attributes:
        checkpoint: The file that holds the checkpoint.
        root: The file of trust root 1.
        roots: What holds the trust roots.
        whole: Whether it is a whole log, unlike a snapshot, so that fewer entries than before are a rollback.
    """

    checkpoint: str = CHECKPOINT
    root: str = root_path(1)
    roots: str = ROOTS
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Words:
    """How findings speak of the older side: "that … saw", "since …", and what helps.

    Attributes:
        saw: "… saw", or "… has".
        since: "since …".
        forget: What helps where the trust root changed.
        rolled: What helps where entries are missing.
    """

    saw: str
    since: str
    forget: str
    rolled: str = "this copy is older, or its newest entries were cut off: get the newer one"


def check_past(tally: Tally, past: Past, now: LogView | None, subject: Subject | None = None) -> None:
    """Check 13: compare what is there now with what the reader knows of the past.

    Args:
        tally: Where to count.
        past: What the reader knows.
        now: What the archive or snapshot shows; None where its checkpoint does not verify, which has its own finding.
        subject: What findings name.

    Raises:
        MunimentError: What ``past.recall`` raises.
    """
    if now is None:
        return
    subject = subject or Subject()
    if past.against is not None:
        _check_against(tally, past.against, now, subject)
    remembered = None if past.recall is None else past.recall(now.checkpoint.origin)
    if remembered is not None:
        _compare(tally, _sighting(remembered), now, subject, _of_memory(remembered))
    elif past.recall is not None:
        tally.notice(MEMORY, subject.checkpoint, "first seen on this machine")
    if not subject.whole:
        _tell_later(tally, [past.against, None if remembered is None else _sighting(remembered)], now, subject)


def fault_of_memory(remembered: Remembered, now: LogView) -> IntegrityError | None:
    """Give the finding of check 13 of an archive against what this machine remembers, for a verb that only reads it.

    Args:
        remembered: What this machine has seen.
        now: What the archive shows; its its tree is asked only where it has more entries.
    """
    tally = Tally()
    _compare(tally, _sighting(remembered), now, Subject(), _of_memory(remembered))
    finding = next((finding for finding in tally.findings if not finding.ok), None)
    if finding is None:
        return None
    parts = {
        "expected": finding.expected,
        "found": finding.found,
        "hint": finding.hint.replace(_WRITE_DOWN, _VERIFY_FIRST),
    }
    return IntegrityError(finding.what, where=finding.subject, check=MEMORY, **parts)


def _tell_later(tally: Tally, known: Sequence[LogView | None], now: LogView, subject: Subject) -> None:
    """Note trust roots that came after the checkpoint; what one says is unknown where only its name is known.

    After a failure of check 13 there is no note.
    """
    if any(finding.check == MEMORY and not finding.ok for finding in tally.findings):
        return
    newest = now.checkpoint.newest
    for side in known:
        if side is None or side.checkpoint.newest.version <= newest.version:
            continue
        newest = side.checkpoint.newest
        if side.chain:
            tally.notice(TRUST, subject.roots, f"{newest} came later; check 8 went by it, as {side.name} has it")
        else:
            what = f"not known: what a later trust root revokes, of which {side.name} knows only the name: {newest}"
            tally.notice(TRUST, subject.roots, what, hint="give a newer archive or snapshot to compare with")


def proven_by_past(past: Past, now: LogView | None) -> Iterator[Proven]:
    """Give what the past of the log shows: that the entries which were seen were there when they were seen.

    Args:
        past: What the reader knows.
        now: What the archive shows; nothing is proven where its checkpoint does not verify.

    Raises:
        MunimentError: What ``past.recall`` raises.
    """
    if now is None:
        return
    remembered = past.recall(now.checkpoint.origin) if past.recall is not None else None
    if remembered is not None and _continues(_sighting(remembered), now):
        sights = (*remembered.earlier, SeenHead(remembered.size, remembered.root_hash, remembered.seen))
        for sight in sights:
            if now.at(sight.size) == sight.root_hash:
                # The day is known, not the hour.
                yield Proven(sight.size, f"{sight.seen}T23:59:59Z", "the memory of this machine")
    if past.against is not None and _continues(past.against, now):
        yield Proven(past.against.checkpoint.size, "", past.against.name)


def _continues(old: LogView, now: LogView) -> bool:
    """Whether the log now is the one that was seen, or has grown from it."""
    if old.root is None:
        try:
            open_checkpoint(old.note, now.verifiers, now.checkpoint.origin, old.name)
        except MunimentError:
            return False  # check 13 says so
    with suppress(MunimentError):  # a tile of the older side cannot be read, which check 13 says
        return old.root in {None, now.root} and relation(old, now) in {SAME, GROWN}
    return False


def _of_memory(remembered: Remembered) -> _Words:
    forget = f"if you know why it changed: forget what was seen of {remembered.origin}, and verify again"
    return _Words(
        f"this machine saw on {remembered.seen}",
        f"this machine last looked ({remembered.seen})",
        f"this is another archive of the same name, or one made anew; {forget}",
        f"this copy is older, or its newest entries were cut off: get the newer one; {_false(remembered)}",
    )


def _false(remembered: Remembered) -> str:
    """The way out for a machine that was shown a checkpoint of a stolen log key, of entries that never were."""
    return f"if the keeper says that there never were so many: forget what was seen of {remembered.origin}"


def _sighting(remembered: Remembered) -> LogView:
    """The memory as a view of the log: it was verified when it was kept, by keys that may have been replaced since."""
    name = f"the memory of this machine ({remembered.seen})"
    return LogView(name, remembered.checkpoint, remembered.head, remembered.root)


def _check_against(tally: Tally, old: LogView, now: LogView, subject: Subject) -> None:
    if old.root is None:
        try:
            open_checkpoint(old.note, now.verifiers, now.checkpoint.origin, old.name)
        except MunimentError as error:
            error.hint = error.hint or "it was changed, or it is of another log: compare the trust roots"
            tally.error(MEMORY, unusable(error, old.name), old.name)
            return
    words = _Words(f"{old.name} has", old.name, "these are two archives of one name, or of two")
    try:
        _compare(tally, old, now, subject, words)
    except MunimentError as error:  # a tile of the older side, read only now
        tally.error(MEMORY, unusable(error, old.name), old.name)


def _compare(tally: Tally, old: LogView, now: LogView, subject: Subject, words: _Words) -> None:
    if old.root not in {None, now.root}:
        what = f"the trust root has changed: not the one that {words.saw}"
        tally.fail(MEMORY, subject.root, what, expected=old.root or "", found=now.root or "", hint=words.forget)
        return
    how, moved = relation(old, now), moved_version(old, now)
    if how == FORKED:
        _fail_forked(tally, old, now, subject, words)
    elif moved is not None:
        _fail_moved(tally, moved, subject, words)
    elif old.checkpoint.size > now.checkpoint.size and subject.whole:
        tally.fail(
            MEMORY,
            subject.checkpoint,
            f"rolled back: fewer entries than {words.saw}",
            expected=described(old.checkpoint.size, old.checkpoint.root),
            found=described(now.checkpoint.size, now.checkpoint.root),
            hint=words.rolled,
        )
    else:
        _tell(tally, how, old, now, subject, words)


def _tell(tally: Tally, how: str, old: LogView, now: LogView, subject: Subject, words: _Words) -> None:
    """Say that the log is the same or has grown, or how far that could be told."""
    size, before = now.checkpoint.size, old.checkpoint.size
    sentences = {
        SAME: f"the same {say_entries(size)} that {words.saw}",
        GROWN: f"grown from {before} to {say_entries(size)} since {words.since}",
        SHORTER: f"the first {size} of the {before} entries that {words.saw}",
    }
    if how in sentences:
        tally.ok(MEMORY)
        tally.notice(MEMORY, subject.checkpoint, sentences[how])
        return
    what = f"a checkpoint of {say_entries(size)}, not compared with the {before} that {words.saw}"
    shared = shared_entry(old, now)
    if shared is not None:
        # The entry has been compared, and is the same: it has not changed, whatever came after.
        tally.ok(MEMORY)
        what = f"entry {shared} is the one that {words.saw}; {what}"
    tally.notice(MEMORY, subject.checkpoint, what, hint=_what_tells(old, now), unchecked=shared is None)


def _what_tells(old: LogView, now: LogView) -> str:
    """What would tell whether one side continues the other."""
    if old.tree is not None and old.checkpoint.size < now.checkpoint.size:
        return f"{old.name} ends before it: give a newer copy to compare with"
    return "only the whole log can tell: verify the archive, or give a copy of it to compare with"


def _fail_moved(tally: Tally, moved: tuple[str, int, int], subject: Subject, words: _Words) -> None:
    version, before, after = moved
    tally.fail(
        MEMORY,
        subject.checkpoint,
        f"{version} stands at another place than in what {words.saw}: no log has a version twice",
        expected=f"log index {before}",
        found=f"log index {after}",
        hint="the log key signed a false log: keep both",
    )


def _fail_forked(tally: Tally, old: LogView, now: LogView, subject: Subject, words: _Words) -> None:
    size = min(old.checkpoint.size, now.checkpoint.size)
    difference = first_difference(old, now)
    named = None in {old.at(size), now.at(size)} or old.at(size) == now.at(size)  # then it is the roots that differ
    tally.fail(
        MEMORY,
        subject.checkpoint,
        f"forked: not the history that {words.saw}" + (f"; {difference}" if difference else ""),
        expected=_described(old, size, named=named),
        found=_described(now, size, named=named),
        hint=f"two histories were signed: keep both copies; {_WRITE_DOWN}",
    )
    tally.fork = tally.fork or make_fork(old, now, now.root or "", difference)


def _described(side: LogView, size: int, *, named: bool) -> str:
    """What a side says of a size that both reach; of a size that it cannot tell, what it says of its own."""
    root = side.at(size)
    if root is None:
        return described(side.checkpoint.size, side.checkpoint.root, side.checkpoint.newest)
    return described(size, root, side.newest_at(size) if named else None)
