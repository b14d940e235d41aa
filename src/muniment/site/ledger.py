"""What a folder says of the site in it: whose it is, what it was made from, and what of that is done.

- ``.muniment-site`` is there from the first file on: the folder is a site of this archive, and of no other.
- ``site.json`` (``muniment-site/1``) and ``SHA256SUMS`` are there when the site is whole, ``site.json`` last.  Before
  anything of a whole site is changed, ``site.json`` is called ``.site-before.json``.
- ``.site-done`` has a line for each release that was written since, so that an interrupted work goes on where it was;
  it is no more than a hint: the files that it names are read.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import orjson

from muniment.digest import format_digest, sha256_hex
from muniment.errors import InputError, MunimentError, UnavailableError
from muniment.files import read_file, reason, write_file
from muniment.schema import parse_public
from muniment.site.catalogue import ReleaseRow, parse_rows
from muniment.site.pages import basis
from muniment.site.site import Settings, Site

FORMAT = "muniment-site/1"
OWNER = ".muniment-site"
LEDGER = "site.json"
BEFORE = ".site-before.json"
DONE = ".site-done"
SUMS = "SHA256SUMS"
LOCK = ".site-lock"
RELEASES = "releases.json"

_MAX = 4 * 1024 * 1024 * 1024
_LINE = re.compile(rb"([0-9a-f]{64})  ([^\n]+)\n")


@dataclass(frozen=True, slots=True)
class WrittenRelease:
    """A release as it was written.

    Attributes:
        made: The digest of all that its pages were made from.
        sums: Its lines of ``SHA256SUMS``, by path.
    """

    made: str
    sums: bytes


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of the files in a folder.

    Attributes:
        releases: Every release that is known to be written, by its id.
        others: The lines of ``SHA256SUMS`` of all other files.
        rows: The lines of ``releases.json``, by the digest of the newest record.
        settings: What was chosen for the site; None for a folder where there is none.
        whole: Whether ``site.json`` says that nothing is missing.
        size: Size of the checkpoint that the site was made from; 0 where that is not known.
        root: Its root.
        basis: The digest of what all pages were made from besides the log: see ``pages.basis``.
        doubted: Releases of which something did not verify; they are looked at again.
        seen: What tells whether ``site.json`` is still the one that was read.
    """

    releases: Mapping[str, WrittenRelease] = field(default_factory=dict)
    others: bytes = b""
    rows: Mapping[str, ReleaseRow] = field(default_factory=dict)
    settings: Settings | None = None
    whole: bool = False
    size: int = 0
    root: bytes = b""
    basis: str = ""
    doubted: frozenset[str] = frozenset()
    seen: tuple[int, ...] | None = None


def owner_line(site: Site) -> bytes:
    """Say whose site a folder is."""
    return f"web site of {site.archive.origin}, {site.archive.roots[0].digest}\n".encode()


def read_ledger(folder: Path) -> Ledger:
    """Read what a folder says of its site; what does not fit together is not believed, and made again.

    Whoever serves a folder may write to it, so nothing that it says is more than a hint of what need not be made.
    """
    seen = _seen(folder)
    for name in (LEDGER, BEFORE):
        try:
            value = parse_public("site", FORMAT, read_file(str(folder / name), max_size=_MAX), where=name)
        except MunimentError:
            continue
        ledger = _with_done(folder, _read_whole(folder, cast("dict[str, Any]", value), whole=name == LEDGER))
        return replace(ledger, seen=seen)
    return _with_done(folder, Ledger())


def read_again(folder: Path, before: Ledger) -> Ledger:
    """Give what a folder says of its site, which is locked now: as it was read before, where that still holds."""
    still = before.whole and before.seen is not None and before.seen == _seen(folder)
    return before if still else read_ledger(folder)


def _seen(folder: Path) -> tuple[int, ...] | None:
    """What changes with each site that is written: ``site.json`` is replaced by a new file, and last."""
    try:
        found = [(folder / name).stat() for name in (LEDGER, SUMS, RELEASES)]
    except OSError:
        return None
    return tuple(number for one in found for number in (one.st_ino, one.st_size, one.st_mtime_ns))


def _read_whole(folder: Path, value: dict[str, Any], *, whole: bool) -> Ledger:
    chosen, head = value["settings"], value["checkpoint"]
    settings = Settings(address=chosen["address"], search=chosen["search"], snapshots=chosen["snapshots"])
    nothing = Ledger(settings=settings)
    try:
        sums = read_file(str(folder / SUMS), max_size=_MAX)
        rows = read_file(str(folder / RELEASES), max_size=_MAX)
    except MunimentError:
        return nothing
    if format_digest(sha256_hex(sums)) != value["sums"] or not sums.isascii():
        return nothing
    blocks, others = _cut(sums, value["releases"])
    known = {}
    try:
        root = base64.b64decode(head["root"], validate=True)
        if f"{sha256_hex(rows)}  {RELEASES}\n".encode() in others:
            known = {row.record: row for row in parse_rows(rows) if not row.fault}
    except (MunimentError, ValueError):
        return nothing
    return Ledger(
        blocks, others, known, settings, whole, head["size"], root,
        value.get("basis", ""), frozenset(value.get("doubted", ())),
    )  # fmt: skip


def _cut(sums: bytes, made: Mapping[str, str]) -> tuple[dict[str, WrittenRelease], bytes]:
    """Cut ``SHA256SUMS`` into the lines of each release, which stand together and in order, and all others."""
    blocks: dict[str, WrittenRelease] = {}
    begun, name, at = 0, "", 0
    rest: list[bytes] = []
    for release in sorted(made, key=lambda release: f"{release}/"):
        found = sums.find(f"  releases/{release}/".encode(), at) - _DIGITS
        if found < 0:
            continue
        if name:
            blocks[name] = WrittenRelease(made[name], sums[begun:found])
        else:
            rest.append(sums[:found])
        begun, name, at = found, release, found + _DIGITS
    last = f"  releases/{name}/".encode()
    end = sums.rfind(last) if name else -1
    end = sums.find(b"\n", end) + 1 if end >= 0 else begun
    if name:
        blocks[name] = WrittenRelease(made[name], sums[begun:end])
    return blocks, b"".join([*rest, sums[end:]])


_DIGITS = 64


def _with_done(folder: Path, ledger: Ledger) -> Ledger:
    """Add the releases that were written since the site was whole; a line that was cut off is none."""
    try:
        lines = read_file(str(folder / DONE), max_size=_MAX).split(b"\n")
    except MunimentError:
        return ledger
    done: dict[str, WrittenRelease] = {}
    for line in lines[:-1]:
        try:
            release, made, sums = map(_text, orjson.loads(line))
        except (ValueError, TypeError):
            continue
        done[release] = WrittenRelease(made, sums.encode())
    return replace(ledger, releases={**ledger.releases, **done}, whole=False)


def _text(value: object) -> str:
    if isinstance(value, str) and value.isascii():
        return value
    raise TypeError


def done_line(release: str, written: WrittenRelease) -> bytes:
    """Write the line of a release that is written."""
    return orjson.dumps([release, written.made, written.sums.decode()]) + b"\n"


def format_ledger(site: Site, releases: Mapping[str, WrittenRelease], sums: bytes) -> bytes:
    """Write ``site.json``."""
    head, settings = site.archive.checkpoint, site.settings
    value: dict[str, object] = {
        "format": FORMAT,
        "archive": site.archive.origin,
        "root": site.archive.roots[0].digest,
        "checkpoint": {"size": head.size, "root": base64.b64encode(head.root).decode()},
        "settings": {"address": settings.address, "search": settings.search, "snapshots": settings.snapshots},
        "software": settings.software,
        "files": sums.count(b"\n"),
        "sums": format_digest(sha256_hex(sums)),
        "releases": {release: releases[release].made for release in sorted(releases)},
        "basis": basis(site),
    }
    doubted = sorted({name.partition("/")[0] for name in site.faults})
    if doubted:
        value["doubted"] = doubted
    return orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n"


def join_sums(others: bytes, releases: Mapping[str, WrittenRelease]) -> bytes:
    """Write ``SHA256SUMS``: every file by path."""
    lines = sorted(others.splitlines(keepends=True), key=lambda line: line[66:])
    place = next((at for at, line in enumerate(lines) if line[66:] > b"releases/"), len(lines))
    blocks = [releases[release].sums for release in sorted(releases, key=lambda release: f"{release}/")]
    return b"".join([*lines[:place], *blocks, *lines[place:]])


def paths_of(sums: bytes) -> Iterator[str]:
    """Give the paths of lines of ``SHA256SUMS``."""
    return (match[2].decode() for match in _LINE.finditer(sums))


def sums_of(digests: Mapping[str, str]) -> bytes:
    """Write lines of ``SHA256SUMS``, by path."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def remember_settings(folder: Path, site: Site) -> None:
    """Let a folder that is not whole say what was chosen for the site in it; what else it says stays.

    Raises:
        UnavailableError: It cannot be written to.
    """
    chosen = orjson.loads(format_ledger(site, {}, b"\n"))  # its form wants a file, and no SHA256SUMS will fit this one
    try:
        value = parse_public("site", FORMAT, read_file(str(folder / BEFORE), max_size=_MAX), where=BEFORE)
        chosen = {**cast("dict[str, Any]", value), "settings": chosen["settings"]}
    except MunimentError:
        pass
    write_file(folder / BEFORE, orjson.dumps(chosen, option=orjson.OPT_INDENT_2) + b"\n", force=True)


def check_claim(folder: Path, site: Site) -> bool:
    """Whether a folder is the site of an archive already; False where it can become that: it is new or empty.

    Raises:
        InputError: It is something else's, or the site of another archive.
        UnavailableError: It cannot be read.
    """
    wanted = owner_line(site)
    try:
        there = [entry.name for entry in folder.iterdir() if not _BEGUN.fullmatch(entry.name)]
    except OSError as error:
        raise UnavailableError("it cannot be read", where=str(folder), found=reason(error)) from error
    if not there:
        return False
    if OWNER not in there:
        what = "the folder holds something else than a site"
        raise InputError(what, where=str(folder), hint="name a new folder, or an empty one")
    found = read_file(str(folder / OWNER), max_size=4096, kind=UnavailableError)
    if found == wanted:
        return True
    raise InputError(
        "the folder holds the site of another archive",
        where=str(folder),
        expected=wanted.decode().strip(),
        found=found.decode("utf-8", "replace").strip(),
        hint="name another folder",
    )


_BEGUN = re.compile(rf"{re.escape(LOCK)}|\.{re.escape(OWNER)}\.[0-9a-f]{{8}}\.tmp")
"""What is in a folder whose claiming was interrupted."""


def claim_folder(folder: Path, site: Site) -> None:
    """Take a folder, which is locked, for the site of an archive.

    Raises:
        InputError: As for ``check_claim``.
        UnavailableError: It cannot be written to.
    """
    if not check_claim(folder, site):
        write_file(folder / OWNER, owner_line(site), force=False)
