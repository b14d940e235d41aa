"""What a site is made from: an archive under one checkpoint, and what was chosen for the site."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from muniment.__about__ import __version__
from muniment.archive import Archive, StoredVersion
from muniment.archive.existence import Proven
from muniment.archive.paths import COSIGNATURES, content_folder
from muniment.archive.published import first_size, published, published_sizes
from muniment.archive.stored_version import read_original
from muniment.cite import Citation, make_citation
from muniment.diff import Selection, format_summary
from muniment.diff.attribution import say_readings
from muniment.diff.views.sides import compare_both, version_side
from muniment.diff.views.timeline import Mark, mark_of
from muniment.errors import IntegrityError, NoPageError, NotFoundError
from muniment.log.merkle import leaf_hash
from muniment.log.proof_file import TlogProof, format_proof
from muniment.log.statement import VersionEntry
from muniment.site.catalogue import ReleaseRow, Tell, fault_words, read_rows, to_nobody

if TYPE_CHECKING:
    from muniment.history.moments import NotLater

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_KEPT = 128
"""Versions and comparisons that are kept after they were made: neighbours follow each other, and two feeds have 100."""

_TOLD = 4096
"""What was told of versions in a line; a release is made with all of its own at hand."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was chosen for a site; two sites of one archive with the same settings have the same bytes.

    Attributes:
        address: Where the site will be, ``https://archive.example.org``, without a slash at its end: what needs a whole
            address (TimeMaps, feeds, ``sitemap.xml``) is made with it.  None for the one that the newest trust root
            names; where that names none either, these hold relative addresses, and ``sitemap.xml`` is left out.
        search: Who answers searches: ``titles`` a filter of our own in the page, ``pagefind`` an index in the folder
            ``pagefind/``, ``server`` the page ``search`` of whoever serves the site.
        snapshots: Whether each version has its snapshot beside it, ``snapshot.zip``, to be checked without a network.
        timegate: Where whoever serves the site answers for a time (RFC 7089), a path that the address of an original
            is put behind, ``timegate/``; None on a host that only hands out files.
        software: What makes it; who changes a page changes this, and so all that is kept is made again.
    """

    address: str | None = None
    search: Literal["titles", "pagefind", "server"] = "titles"
    snapshots: bool = False
    timegate: str | None = None
    software: str = __version__


@dataclass(frozen=True, slots=True)
class Told:
    """What a version changed, in a line, for a timeline.

    Attributes:
        mark: Its time as claimed, and how many characters came and went.
        line: ``1 paragraph edited; title changed``; empty for the first version.
    """

    mark: Mark
    line: str


class Site:
    """An archive as a site.  It lasts as long as the checkpoint that the archive was opened under, and caches.

    One of these is for one thread: the archive below it is read lazily.  What does not verify is noted in ``faults``,
    by the name of the version, with ``/original`` or ``/proof`` behind it where that alone fails; ``look_again``
    forgets it.

    Args:
        archive: Opened.
        settings: What was chosen.
        known: Lines of releases that are known already, by the digest of the newest record; the caller vouches for
            them.
    """

    def __init__(
        self, archive: Archive, settings: Settings | None = None, known: Mapping[str, ReleaseRow] | None = None
    ) -> None:
        self.archive = archive
        self.settings = Settings() if settings is None else settings
        self.kept: dict[tuple[str, str], object] = {}
        self.faults: dict[str, IntegrityError] = {}
        self._known = {} if known is None else known
        self._taken: Mapping[str, ReleaseRow] = {}
        self._judged = bytearray(archive.checkpoint.size)  # by index, which versions were found sound
        self._read: OrderedDict[int, StoredVersion] = OrderedDict()
        self._compared: OrderedDict[tuple[int, int], Selection] = OrderedDict()
        self._told: OrderedDict[int, Told] = OrderedDict()
        self._notes: OrderedDict[int, bytes] = OrderedDict()
        self._cited: OrderedDict[int, Citation] = OrderedDict()
        self._proofs: OrderedDict[int, bytes] = OrderedDict()
        self._originals: OrderedDict[int, bytes] = OrderedDict()

    @property
    def address(self) -> str | None:
        """Where the site is, without a slash at its end; None where nobody says."""
        return self.archive.sites[-1] if self.settings.address is None else self.settings.address

    def absolute(self, path: str, here: str) -> str:
        """Give the address of a path of the site, without ``index.html``; relative where the site has no address.

        Args:
            path: Of the page.
            here: The path of the file that it will stand in.
        """
        shown = path.removesuffix("index.html")
        base = self.address
        return f"{base}/{shown}" if base is not None else f"{'../' * here.count('/')}{shown}" or "./"

    @cached_property
    def rows(self) -> dict[str, ReleaseRow]:
        """Every release in a line, by its id, in order of its first version."""
        return self.read_rows()

    def read_rows(self, tell: Tell = to_nobody) -> dict[str, ReleaseRow]:
        """Read what ``rows`` keeps, and say how far that is: it takes a moment for each release that is not known."""
        self.rows = read_rows(self.archive, self._known, self._taken, self._sound, tell)
        return self.rows

    def take_rows(self, rows: Mapping[str, ReleaseRow]) -> None:
        """Take the lines of releases, by id, that are known to be what they would be; nothing is read for them."""
        self._taken = rows

    def take_all_rows(self, rows: Mapping[str, ReleaseRow]) -> None:
        """Take the lines of all releases that will be asked for, which somebody else read of the same archive."""
        self.rows = dict(rows)

    @cached_property
    def followers(self) -> dict[str, tuple[str, ...]]:
        """The releases that say of a release that they replace it."""
        found: dict[str, list[str]] = {}
        for row in self.rows.values():
            for earlier in row.follows:
                if earlier in self.rows and earlier != row.release:
                    found.setdefault(earlier, []).append(row.release)
        return {release: tuple(later) for release, later in found.items()}

    @cached_property
    def proven(self) -> tuple[Proven, ...]:
        """What is proven of times, by size; where the archive has no stamp and no cosignature nothing is read."""
        if not self.archive.stamps and not self.archive.store.list(COSIGNATURES):
            return ()
        from muniment.verify.times import prove_times  # noqa: PLC0415 - start-up: few archives have stamps

        return tuple(prove_times(self.archive).proven)

    def earliest(self, index: int) -> NotLater | None:
        """Give the earliest time at which an entry of the log is proven to have been there, or None."""
        position = bisect_right(self.proven, index, key=lambda instant: instant.size)
        if position == len(self.proven):
            return None
        from muniment.history.moments import NotLater  # noqa: PLC0415 - start-up: few archives have proven times

        return NotLater(self.proven[position].time, self.proven[position].who)

    def entries(self, release: str) -> tuple[VersionEntry, ...]:
        """Give the entry of every version of a release, oldest first; none for a release that is not there."""
        return self.archive.history(release)

    def entry(self, release: str, version: int) -> VersionEntry:
        """Give the entry of a version.

        Raises:
            NoPageError: There is none.
        """
        entries = self.entries(release)
        if not 0 < version <= len(entries):
            raise NoPageError("there is no such version", where=f"{release}/v{version}")
        return entries[version - 1]

    def version(self, release: str, version: int) -> StoredVersion:
        """Read a version, held to its entry and to its signer.

        Raises:
            NoPageError: There is none.
            IntegrityError: It is not what its entry states, or its signature does not count.
        """
        entry = self.entry(release, version)
        stored = self._read.pop(entry.index, None) or self._sound(entry)
        return _keep(self._read, entry.index, stored, _KEPT)

    def _sound(self, entry: VersionEntry) -> StoredVersion:
        with self._noting(entry.statement.name):
            if self._judged[entry.index]:
                return self.archive.read_judged(entry)
            stored = self.archive.read_entry(entry).sound()
            self._judged[entry.index] = True
            return stored

    @contextmanager
    def _noting(self, name: str) -> Iterator[None]:
        """Note what does not verify, and look at it once."""
        known = self.faults.get(name)
        if known is not None:
            raise known.with_traceback(None)
        try:
            yield
        except IntegrityError as error:
            self.faults[name] = error
            raise

    def find(self, release: str, version: int) -> StoredVersion | None:
        """Read a version as ``version`` does; None where it does not verify, which ``faults`` then says."""
        try:
            return self.version(release, version)
        except IntegrityError:
            if f"{release}/v{version}" not in self.faults:  # the log itself does not verify
                raise
            return None

    def sound_versions(self, release: str) -> Iterator[StoredVersion]:
        """Give the versions of a release that verify, oldest first."""
        found = (self.find(release, number) for number in range(1, len(self.entries(release)) + 1))
        return (version for version in found if version is not None)

    def newest(self, release: str) -> StoredVersion | None:
        """Give the newest version of a release that verifies; None where none does."""
        found = (self.find(release, number) for number in range(len(self.entries(release)), 0, -1))
        return next((version for version in found if version is not None), None)

    def faults_of(self, *releases: str) -> dict[str, IntegrityError]:
        """Give what was found not to verify in some releases, by its name; in none named, all of it."""
        return {name: fault for name, fault in self.faults.items() if not releases or name.split("/")[0] in releases}

    def look_again(self) -> None:
        """Forget what did not verify, so that what was mended since is seen."""
        if not self.faults:
            return
        self.faults.clear()
        self.kept = {key: value for key, value in self.kept.items() if key[0] not in {"made", "originals"}}
        self._told.clear()
        if any(row.fault for row in vars(self).get("rows", {}).values()):
            self._known = {row.record: row for row in self.rows.values() if not row.fault}
            del self.rows
            vars(self).pop("followers", None)

    def citation(self, version: StoredVersion) -> Citation:
        """Cite a version."""
        archive = self.archive
        found = self._cited.pop(version.index, None)
        if found is None:
            found = make_citation(version, origin=archive.origin, root=archive.roots[0].digest, sites=archive.sites)
        return _keep(self._cited, version.index, found, 1)

    def selection(self, before: StoredVersion, version: StoredVersion) -> Selection:
        """Compare two versions of a release."""
        key = (before.index, version.index)
        found = self._compared.pop(key, None)
        if found is None:
            found = compare_both(version_side(self.archive, before), version_side(self.archive, version))
        return _keep(self._compared, key, found, _KEPT)

    def told(self, release: str, version: int) -> Told:
        """Tell in a line what a version changed."""
        entry = self.entry(release, version)
        found = self._told.pop(entry.index, None)
        if found is None:
            stored = self.version(release, version)
            before = self.find(release, version - 1) if version > 1 else None
            if before is not None:
                selection = self.selection(before, stored)
                found = Told(mark_of(stored, before, selection), _in_a_line(selection))
            else:
                unread = f"not compared, as version {version - 1} does not verify" if version > 1 else ""
                found = Told(mark_of(stored), unread)
        return _keep(self._told, entry.index, found, _TOLD)

    @cached_property
    def _sizes(self) -> list[int]:
        return sorted(published_sizes(self.archive.store))

    def proof_size(self, version: StoredVersion) -> int:
        """Give the size of the log under which a version is proven: that of the first checkpoint that covers it."""
        return first_size(self.archive, version, self._sizes)

    def proof(self, version: StoredVersion) -> bytes:
        """Prove that a version is in the log, under the first published checkpoint that covers it: a C2SP tlog-proof.

        Raises:
            IntegrityError: The checkpoint does not verify, or is not there.
        """
        found = self._proofs.pop(version.index, None)
        if found is None:
            with self._noting(f"{version.statement.name}/proof"):
                found = self._prove(version)
        return _keep(self._proofs, version.index, found, 1)

    def _prove(self, version: StoredVersion) -> bytes:
        size = self.proof_size(version)
        try:
            note = self._notes.pop(size, None) or published(self.archive, size)
        except NotFoundError as error:
            raise error.as_(IntegrityError, check=10) from error
        _keep(self._notes, size, note, _KEPT)
        leaf = leaf_hash(self.archive.entry(version.index))
        hashes = self.archive.tree.prove_inclusion(leaf, version.index, size)
        return format_proof(TlogProof(version.index, hashes, note))

    def holder(self, version: StoredVersion) -> int:
        """Give the number of the version beside which the original of a version lies: the first one that brought it.

        Where that does not verify, it is the first of those with the same bytes that does.
        """
        for entry in self.entries(version.record.release):
            if entry.statement.original == version.statement.original:
                number = entry.statement.version
                if entry.index == version.index or self.find(version.record.release, number) is not None:
                    return number
        return version.record.version

    def original(self, version: StoredVersion) -> bytes:
        """Read the bytes as received of a version.

        Raises:
            IntegrityError: They are not the bytes that the record names, or not there.
        """
        holder = self.entry(version.record.release, self.holder(version))
        found = self._originals.pop(holder.index, None)
        if found is None:
            with self._noting(f"{holder.statement.name}/original"):
                found = self._read_original(version)
        return _keep(self._originals, holder.index, found, 1)

    def _read_original(self, version: StoredVersion) -> bytes:
        release, record = version.record.release, version.record
        first = next(e for e in self.entries(release) if e.statement.original == version.statement.original)
        folder = content_folder(self.archive.object_folder(release), first.statement.version)
        return read_original(self.archive.store, f"{folder}/{record.original.path}", version)

    def lacks(self, version: StoredVersion, what: Literal["original", "proof"]) -> str:
        """Say why something of a version is not handed out; empty where it verifies."""
        try:
            _ = self.original(version) if what == "original" else self.proof(version)
        except IntegrityError as error:
            return fault_words(error)
        return ""


_OFTEN = frozenset(("issued", "retrieved", "uri"))
"""Members of a description that nearly every publication changes: a timeline has their values in a column."""


def _in_a_line(selection: Selection) -> str:
    """Say what changed for who reads many such lines; the page of changes says all of it."""
    about = selection.about
    said = [format_summary(selection.summary)]
    said += [f"{member.name} {member.change}" for member in about.description if member.name not in _OFTEN]
    counts = ((len(about.removed), "removed"), (len(about.added), "added"))
    said += [f"{count} {'emendation' if count == 1 else 'emendations'} {word}" for count, word in counts if count]
    said += [words for words in (say_readings(about.readings, selection.difference),) if words]
    return "; ".join(said)


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value, most: int) -> _Value:
    """Put a value at the end of what is kept, and let the oldest go."""
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)
    return value
