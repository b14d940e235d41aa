"""Snapshots of another archive as a source: its versions come in as versions of ours, and its proof beside them.

A snapshot is verified whole before anything of it is taken.  The words and the bytes are ours to record; record,
signature, proof and trust roots of the other archive are kept as its attestation, which ``verify`` judges apart.  What
is made from these in a snapshot, such as its page, is left out, since it can be made again; and so is the original,
which is kept once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from muniment.canonical import Json
from muniment.digest import sha256_hex
from muniment.errors import FormatError, InputError, IntegrityError, MunimentError, SourceError
from muniment.importing.item import Item, Notice, ReadState
from muniment.ingest import METADATA
from muniment.record import Attestation, Record, record_as_json
from muniment.record.capture import one_line
from muniment.record.provenance import Provenance, TimeClaim
from muniment.snapshot.bagit import PAYLOAD
from muniment.snapshot.container import Bag, read_zip
from muniment.snapshot.contents import DERIVED
from muniment.snapshot.signed_files import SCHEMAS
from muniment.snapshot.zip import format_zip
from muniment.sources import charset_again, wish_again
from muniment.verify.report import FAILED, UNCHECKED, Report
from muniment.verify.snapshot import check_evidence

_MAX_ATTESTATION: Final = 8 << 20
_LONGEST_WORDS: Final = 900
"""Letters of the reason of a withdrawal that are repeated; all of it stays in the trust root."""
_MADE: Final = frozenset(f"{PAYLOAD}{path}" for path in DERIVED)
_SCHEMAS: Final = f"{PAYLOAD}{SCHEMAS}"

Load = Callable[[], bytes | Bag]
"""Reads a snapshot, once or again: the bytes of its zip, or what its folder holds."""


@dataclass(frozen=True, slots=True)
class OwnArchive:
    """The archive that takes snapshots in: its origin, and ``sha256:…`` of its trust root 1."""

    origin: str
    root: str


@dataclass(frozen=True, slots=True)
class _Foreign:
    """A snapshot that verifies.

    Attributes:
        name: What it was handed in as.
        load: Reads it again.
        mark: Of all its files, by which it is known again.
        archive: Origin of its archive.
        root: ``sha256:…`` of trust root 1 of that.
        record: The version.
        digest: ``sha256:…`` of its record.
        logged: When that archive claims to have logged it.
        unchecked: What of it could not be checked here.
        withdrawn: That its archive withdrew it, in words; empty where the snapshot does not say so.
    """

    name: str
    load: Load
    mark: str
    archive: str
    root: str
    record: Record
    digest: str
    logged: str
    unchecked: str
    withdrawn: str


@dataclass(slots=True)
class SnapshotSource:
    """Snapshots that are brought in.

    Attributes:
        handed: What each was handed in as, and what reads it.
        own: The archive that takes them in.
        called: What the records call the source; None for the origin of the other archive.
        kind: As every source has it, and so are ``name`` and ``ordered``.
    """

    handed: Sequence[tuple[str, Load]]
    own: OwnArchive
    called: str | None = None
    kind: str = field(default="snapshot", init=False)
    ordered: bool = field(default=True, init=False)

    @property
    def name(self) -> str:
        """What the report calls it."""
        first = self.handed[0][0]
        return first if len(self.handed) == 1 else f"{first} and {len(self.handed) - 1} more"

    def items(self, since: str | None) -> Iterator[Item | Notice]:
        """Give the version of each snapshot that verifies, those of one release in the order that they have there.

        Raises:
            InputError: A snapshot is of the archive itself or pretends to be, or two archives have one name.
            IntegrityError: The only snapshot does not verify.
            UnavailableError: One cannot be read.
        """
        found: dict[tuple[str, str, int], _Foreign] = {}
        for name, load in self.handed:
            try:
                foreign = _verified(name, load, self.own)
            except IntegrityError as error:
                if len(self.handed) == 1:
                    raise
                yield Notice("does-not-verify", name, _words(error), failed=True)
                continue
            if foreign.withdrawn:
                what = f"{foreign.record.name} there is {foreign.withdrawn}"
                yield Notice("withdrawn-there", name, what)
            first = found.setdefault((foreign.archive, foreign.record.release, foreign.record.version), foreign)
            if first is not foreign:
                yield _twice(foreign, first)
        _refuse_two_roots(found.values())
        before: dict[tuple[str, str], _Foreign] = {}
        for (archive, release, _), foreign in sorted(found.items()):
            last = before.get((archive, release))
            if last is not None and last.record.original.sha256 == foreign.record.original.sha256:
                kind = f"{foreign.record.name} there is a {foreign.record.change.kind}"
                what = f"{kind} of the bytes of {last.record.name}, and brings nothing else in"
                yield Notice("same-bytes", foreign.name, what)
                continue
            before[archive, release] = foreign
            time = foreign.record.original.retrieved or foreign.logged
            if since is None or time >= since[: len(time)]:
                yield from _come_in(foreign, self.called)

    def covers(self, before: Provenance) -> bool:  # noqa: ARG002 - what every source is asked
        """Of no state: nobody hands in all snapshots of an archive each time."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def _verified(name: str, load: Load, own: OwnArchive) -> _Foreign:
    """Verify a snapshot.

    Raises:
        IntegrityError: It does not verify.
        InputError: It is of the archive itself, or pretends to be.
    """
    bag = _bag(name, load())
    report, evidence = check_evidence(bag, subject=name)
    if report.verdict == FAILED:
        raise _fault_of(report, name)
    record, statement = evidence.record, evidence.statement
    if record is None or statement is None or not evidence.roots or evidence.checkpoint is None:
        raise FormatError("it cannot be checked that this is a snapshot", where=name)
    archive, root = evidence.roots[0].root.archive, evidence.roots[0].digest
    if archive == own.origin:
        what = "this is a snapshot of this archive itself"
        if root != own.root:
            what = "this calls itself a snapshot of this archive, and is by another trust root"
        raise InputError(what, where=name, expected="one of another archive", found=f"{archive}, {root}")
    unchecked = report.failures[0].what if report.verdict == UNCHECKED else ""
    withdrawal = evidence.roots[-1].root.withdrawal_of(statement.record)
    withdrawn = "" if withdrawal is None else one_line(withdrawal.words)[:_LONGEST_WORDS]
    logged = statement.logged_at
    return _Foreign(name, load, _mark(bag), archive, root, record, statement.record, logged, unchecked, withdrawn)


def _bag(name: str, data: bytes | Bag) -> Bag:
    return read_zip(data, where=name) if isinstance(data, bytes) else data


def _mark(bag: Bag) -> str:
    digest = hashlib.sha256()
    for path in sorted(bag.files):
        digest.update(f"{sha256_hex(bag.files[path])}  {path}\n".encode())
    return digest.hexdigest()


def _fault_of(report: Report, name: str) -> IntegrityError:
    fault = next(finding for finding in report.failures if finding.readable)
    return IntegrityError(
        f"the snapshot does not verify: {fault.what}",
        where=name if fault.subject in {"", name} else f"{name}: {fault.subject}",
        expected=fault.expected,
        found=fault.found,
        hint="verify it by itself: that says all",
        check=fault.check,
    )


def _words(error: MunimentError) -> str:
    where = f" ({error.where})" if error.where else ""
    return f"{error.what}{where}"


def _twice(foreign: _Foreign, first: _Foreign) -> Notice:
    if foreign.digest == first.digest:
        return Notice("duplicate", foreign.name, f"the version that {first.name} has", time=None)
    what = f"another record of {foreign.record.name} than {first.name} has: {foreign.archive} has signed both"
    return Notice("two-records", foreign.name, what, failed=True)


def _refuse_two_roots(found: Iterable[_Foreign]) -> None:
    roots: dict[str, _Foreign] = {}
    for foreign in found:
        first = roots.setdefault(foreign.archive, foreign)
        if first.root != foreign.root:
            raise InputError(
                f"two trust roots call themselves {foreign.archive}",
                where=foreign.name,
                expected=f"{first.root}, as {first.name} has it",
                found=foreign.root,
                hint="take in those whose trust root you know",
            )


def _come_in(foreign: _Foreign, called: str | None) -> Iterator[Item | Notice]:
    record, original = foreign.record, foreign.record.original
    said, dropped = _described(record)
    if foreign.unchecked:
        yield Notice("not-checked", foreign.name, foreign.unchecked)
    if record.emendations:
        what = f"{len(record.emendations)} emendations of the other archive stay in its attestation"
        yield Notice("emendations", foreign.name, what)
    if dropped:
        what = f"{dropped} relations lead to versions of the other archive, and stay in its attestation"
        yield Notice("relations", foreign.name, what)
    times = (TimeClaim("record", original.retrieved),) if original.retrieved else ()
    yield Item(
        key=f"{foreign.archive}/{record.release}",
        time=original.retrieved,
        name=foreign.name,
        read=partial(_take, foreign),
        provenance=Provenance(
            kind="snapshot",
            source=called or foreign.archive,
            item=foreign.digest,
            path=record.name,
            times=(*times, TimeClaim("log", foreign.logged)),
            message=f"There it is {foreign.withdrawn}" if foreign.withdrawn else record.change.note,
        ),
        fixed=True,
        content=original.sha256,
        size=original.size,
        uri=original.uri,
        described=said,
    )


def _described(record: Record) -> tuple[Mapping[str, Json], int]:
    """What the other archive says of the statement, and how many of its relations lead nowhere here."""
    value = record_as_json(record)
    said = {name: value[name] for name in METADATA if value.get(name)}
    relations = said.pop("relations", [])
    kept = [relation for relation in relations if ":" in relation["target"]]
    if kept:
        said["relations"] = kept
    return said, len(relations) - len(kept)


def _take(foreign: _Foreign) -> ReadState:
    """Read the snapshot again, see that it is the one that was verified, and make the attestation of its files."""
    bag = _bag(foreign.name, foreign.load())
    if _mark(bag) != foreign.mark:
        raise SourceError("the snapshot has changed since it was verified", where=foreign.name, hint="begin again")
    original = foreign.record.original
    data = format_attestation(foreign.record, foreign.digest, bag.files)
    attestation = Attestation(
        sha256=sha256_hex(data),
        size=len(data),
        archive=foreign.archive,
        root=foreign.root,
        release=foreign.record.release,
        version=foreign.record.version,
        record=foreign.digest,
    )
    choices = original.extractor.parameters
    return ReadState(
        data=bag.files[f"{PAYLOAD}{original.path}"],
        media_type=original.media_type,
        charset=charset_again(original.charset, choices),
        wish=wish_again(choices),
        attestation=attestation,
        attested=data,
    )


def format_attestation(record: Record, digest: str, files: Mapping[str, bytes]) -> bytes:
    """Write what of a snapshot is kept: all that a signature, the log or a trust root vouches for, but the original.

    Args:
        record: The version.
        digest: ``sha256:…`` of its record.
        files: The files of the snapshot, by path in the bag.

    Raises:
        SourceError: It is too large.
    """
    left_out = _MADE | {f"{PAYLOAD}{record.original.path}"}
    kept = {
        path: data
        for path, data in files.items()
        if path.startswith(PAYLOAD) and path not in left_out and not path.startswith(_SCHEMAS)
    }
    data = format_zip(f"{record.release}-v{record.version}-{digest.removeprefix('sha256:')[:12]}", kept)
    if len(data) > _MAX_ATTESTATION:
        raise SourceError("what proves it is too large to be kept", expected=f"at most {_MAX_ATTESTATION} bytes")
    return data
