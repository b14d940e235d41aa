"""Commands of stock tools that check what ``verify`` checks, with the real paths, line by line.

They run in any POSIX shell, offline, with ``sha256sum`` of coreutils and ``ssh-keygen`` of OpenSSH: 8.1 or later, and
8.7 or later once a key was replaced.  Time stamps need OpenSSL 3.  Nothing in a line can reach a terminal unescaped.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from muniment.archive import Archive
from muniment.archive.paths import (
    ALLOWED_SIGNERS,
    CHECKPOINT,
    ROOTS,
    checkpoint_path,
    content_folder,
    root_path,
    stamp_paths,
    tile_path,
)
from muniment.archive.stamps import find_authority, read_certificates
from muniment.digest import parse_digest
from muniment.display import plain
from muniment.errors import MunimentError, UnavailableError
from muniment.log.encoding import say_entries
from muniment.log.statement import StampStatement, VersionEntry, VersionStatement
from muniment.log.tile import TILE_WIDTH, bundles
from muniment.ocfl.inventory import SIDECAR
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.ssh.keys import fingerprint_file_name
from muniment.ssh.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE
from muniment.timestamp.response import Stamp, check_response
from muniment.trust.allowed_signers import Window, compact, record_window, root_window
from muniment.trust.chain import signature_name
from muniment.trust.root import Authority, TrustRoot, signer_allowed


def stamp_commands(archive: Archive, stamps: Iterable[StampStatement]) -> Iterator[str]:
    """Give the commands that check some time stamps."""
    for statement in stamps:
        authority = find_authority(archive.chain[-1], statement.authority)
        if authority is not None:
            yield from _stamp_commands(archive, statement, authority)


def _stamp_commands(archive: Archive, statement: StampStatement, authority: Authority) -> Iterator[str]:
    request, response = stamp_paths(statement.size, statement.number)
    try:
        stamp = _read_stamp(archive, statement, authority)
    except UnavailableError as error:
        # Without its own time the chain is not judged at any: then the certificates may have expired before.
        what, when = f"its time is in the last command ({error.what})", "-no_check_time"
    except MunimentError as error:
        what, when = f"IT DOES NOT HOLD: {error}", "-no_check_time"
    else:
        what, when = (
            f"the first {say_entries(statement.size)} existed no later than {stamp.time}",
            f"-attime {stamp.generated}",
        )
    yield ""
    yield f"# {statement.name} by {statement.authority}: {plain(what)}."
    yield f"echo {quoted(f'{parse_digest(statement.response)}  {response}')} | sha256sum -c"
    data = quoted(checkpoint_path(statement.size))
    pinned = quoted(authority.certificates)
    yield f"openssl ts -verify -data {data} -in {quoted(response)} -CAfile {pinned} {when}"
    yield f"openssl ts -verify -queryfile {quoted(request)} -in {quoted(response)} -CAfile {pinned} {when}"
    yield f"openssl ts -reply -in {quoted(response)} -text"


def _read_stamp(archive: Archive, statement: StampStatement, authority: Authority) -> Stamp:
    request, response = (archive.store.read(path) for path in stamp_paths(statement.size, statement.number))
    data = archive.store.read(checkpoint_path(statement.size))
    certificates = read_certificates(archive.store, archive.chain[-1], authority)
    return check_response(response, request, data, certificates)


def archive_commands(archive: Archive, folder: Path, entries: Sequence[VersionEntry]) -> Iterator[str]:
    """Give the commands for an archive in a folder and for some of its versions."""
    # A folder whose name begins with a hyphen must not become an option.
    yield f"cd {quoted(f'./{folder}' if str(folder).startswith('-') else str(folder))}"
    yield from _trust_commands(archive)
    for entry in entries:
        yield from _version_commands(archive, entry)
    first = min((entry.index for entry in entries), default=0)
    stamps = [stamp.statement for stamp in archive.stamps if stamp.statement.size > first]
    yield from stamp_commands(archive, stamps)
    yield ""
    yield "# The log: its signed head."
    yield f"cat {CHECKPOINT}"


def _trust_commands(archive: Archive) -> Iterator[str]:
    yield ""
    yield "# Trust root 1: compare its hash with a copy from elsewhere."
    for file in archive.roots:
        yield _sum(parse_digest(file.digest), root_path(file.root.version))
        for name in sorted(set(file.files) - {f"{file.root.version}.json"}):
            time = _root_time(archive, file.root, name)
            yield _signature(archive, ROOT_NAMESPACE, f"{ROOTS}/{name}", root_path(file.root.version), time)


def _version_commands(archive: Archive, entry: VersionEntry) -> Iterator[str]:
    index, statement = entry.index, entry.statement
    folder = archive.object_folder(statement.release)
    content = content_folder(folder, statement.version)
    original = archive.original_path(statement)
    yield ""
    yield f"# {statement.name}, log index {index}: record, signature, original, inventory, log."
    yield _sum(parse_digest(statement.record), f"{content}/{RECORD_PATH}")
    time = _record_time(archive, index, statement)
    yield _signature(archive, RECORD_NAMESPACE, f"{content}/{SIGNATURE_PATH}", f"{content}/{RECORD_PATH}", time)
    yield _sum(parse_digest(statement.original), original)
    version = archive.read_entry(entry)
    for kept in version.record.original.kept:
        yield _sum(kept.sha256, archive.find_kept(version, kept)[0])
    yield f"(cd {quoted(folder)} && sha512sum -c {SIDECAR})"
    named = f'"record":"{statement.record}"'
    yield f"grep -aoF {quoted(named)} {_bundle(archive, index)}"


def _bundle(archive: Archive, index: int) -> str:
    """Name the file of log entries in which an entry stands."""
    return next(tile_path(tile) for tile in bundles(archive.checkpoint.size) if tile.index == index // TILE_WIDTH)


def _sum(digest: str, path: str) -> str:
    return f"echo {quoted(f'{digest}  {path}')} | sha256sum -c"


def _root_time(archive: Archive, root: TrustRoot, signature: str) -> str:
    """The option for a key with a window: the root's time, in the window of the key that signed it."""
    keys = {key for link in archive.chain for key in link.root_keys}
    named = [key for key in keys if signature == signature_name(root.version, fingerprint_file_name(key))]
    return "".join(_option(root_window(archive.chain, key), root.created) for key in named)


def _record_time(archive: Archive, index: int, statement: VersionStatement) -> str:
    """The same for a version.  Where the log shows that the key was allowed, a wrong clock changes nothing."""
    keys = [row.key for row in archive.chain[-1].record_keys if row.key.fingerprint == statement.signer]
    if not keys:
        return ""
    window, time = record_window(archive.chain, keys[0]), statement.logged_at
    if signer_allowed(archive.chain, keys[0], index):
        return _option(window, time)
    return f" -Overify-time={compact(time)}"


def _option(window: Window, time: str) -> str:
    return "" if window == Window() else f" -Overify-time={compact(window.nearest(time))}"


def _signature(archive: Archive, namespace: str, signature: str, signed: str, time: str) -> str:
    principal = archive.chain[-1].principal
    return (
        f"ssh-keygen -Y verify -f {ALLOWED_SIGNERS} -I {quoted(principal)} -n {namespace} "
        f"-s {quoted(signature)}{time} < {quoted(signed)}"
    )


def snapshot_commands(target: str) -> Iterator[str]:
    """Give the commands for a snapshot, whose own README.txt says more."""
    if Path(target).is_dir():
        folder = quoted(f"./{target}" if target.startswith("-") else target)
        yield "# Its files, by the bag's own lists."
        yield f"(cd {folder} && sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt)"
        yield ""
        yield "# Signature, log and trust root: the file data/README.txt in it has the commands."
        return
    name = Path(target).stem
    # A file whose name begins with a hyphen must not become an option.
    target = f"./{target}" if target.startswith("-") else target
    name = f"./{name}" if name.startswith("-") else name
    yield "# The hash of the zip, to compare with the one that export printed."
    yield f"sha256sum {quoted(target)}"
    yield ""
    yield "# Its files, by the bag's own lists."
    yield f"unzip -q {quoted(target)} -d {quoted(name)}"
    yield f"(cd {quoted(name)}/* && sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt)"
    yield ""
    yield "# Signature, log and trust root: the file data/README.txt in it has the commands."


def quoted(text: str) -> str:
    """Quote a word for a shell; what must not reach a terminal is escaped."""
    return plain(shlex.quote(text))
