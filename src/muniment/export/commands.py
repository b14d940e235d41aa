"""``verify --explain``: the commands of stock tools that check the same, with the real paths.

They run in any POSIX shell, with ``sha256sum`` of coreutils and ``ssh-keygen`` of OpenSSH 8.1 or later, 8.7 once a key
was replaced.

``verify --explain`` on time stamps: the commands of OpenSSL 3 that check them, offline.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from muniment.archive import Archive
from muniment.archive.opening import checkpoint_path
from muniment.archive.stamps import find_authority, read_certificates, stamp_paths
from muniment.cli.terminal import plain
from muniment.digest import parse_digest
from muniment.errors import MunimentError, UnavailableError
from muniment.log.statement import StampStatement, VersionStatement
from muniment.log.tile import TILE_WIDTH, bundles
from muniment.ocfl.inventory import SIDECAR
from muniment.record import RECORD_PATH, SIGNATURE_PATH
from muniment.ssh.keys import fingerprint_file_name
from muniment.ssh.sshsig import RECORD_NAMESPACE, ROOT_NAMESPACE
from muniment.timestamp.response import Stamp, check_response
from muniment.trust.allowed_signers import Window, compact, record_window, root_window
from muniment.trust.chain import FOLDER, signature_name
from muniment.trust.root import Authority, TrustRoot, signer_allowed


def explain_stamps(archive: Archive, stamps: Iterable[StampStatement]) -> None:
    """Print the commands that check some time stamps."""
    for said in stamps:
        authority = find_authority(archive.chain[-1], said.authority)
        if authority is not None:
            _explain(archive, said, authority)


def _explain(archive: Archive, said: StampStatement, authority: Authority) -> None:
    request, response = stamp_paths(said.size, said.number)
    try:
        stamp = _read(archive, said, authority)
    except UnavailableError as error:
        # Without its own time the chain is not judged at any: then the certificates may have expired before.
        what, when = f"its time is in the last command ({error.what})", "-no_check_time"
    except MunimentError as error:
        what, when = f"IT DOES NOT HOLD: {error}", "-no_check_time"
    else:
        what, when = f"the first {said.size} entries existed no later than {stamp.time}", f"-attime {stamp.generated}"
    print(f"\n# {said.name} by {said.authority}: {plain(what)}.")
    print(f"echo {_quoted(f'{parse_digest(said.response)}  {response}')} | sha256sum -c")
    data = _quoted(checkpoint_path(said.size))
    pinned = _quoted(authority.certificates)
    print(f"openssl ts -verify -data {data} -in {_quoted(response)} -CAfile {pinned} {when}")
    print(f"openssl ts -verify -queryfile {_quoted(request)} -in {_quoted(response)} -CAfile {pinned} {when}")
    print(f"openssl ts -reply -in {_quoted(response)} -text")


def _read(archive: Archive, said: StampStatement, authority: Authority) -> Stamp:
    request, response = (archive.store.read(path) for path in stamp_paths(said.size, said.number))
    data = archive.store.read(checkpoint_path(said.size))
    certificates = read_certificates(archive.store, archive.chain[-1], authority)
    return check_response(response, request, data, certificates)


def _quoted(text: str) -> str:
    return plain(shlex.quote(text))


_SIGNERS = "trust/allowed_signers"


def explain(archive: Archive, folder: Path, entries: Sequence[tuple[int, VersionStatement]]) -> None:
    """Print the commands for an archive and some of its versions."""
    print(f"cd {quoted(str(folder))}")
    _explain_trust(archive)
    for index, statement in entries:
        _explain_version(archive, index, statement)
    first = min((index for index, _ in entries), default=0)
    stamps = [said for said in archive.statements if isinstance(said, StampStatement) and said.size > first]
    if stamps:
        explain_stamps(archive, stamps)
    print("\n# The log: its signed head.")
    print("cat log/checkpoint")


def _explain_trust(archive: Archive) -> None:
    print("\n# Trust root 1: compare its hash with a copy from elsewhere.")
    for file in archive.roots:
        print(_sum(parse_digest(file.digest), f"{FOLDER}/{file.root.version}.json"))
        for name in sorted(set(file.files) - {f"{file.root.version}.json"}):
            time = _root_time(archive, file.root, name)
            print(_signature(archive, ROOT_NAMESPACE, f"{FOLDER}/{name}", f"{FOLDER}/{file.root.version}.json", time))


def _explain_version(archive: Archive, index: int, statement: VersionStatement) -> None:
    folder = archive.object_folder(statement.release)
    content = f"{folder}/v{statement.version}/content"
    original = archive.original_path(statement)
    print(f"\n# {statement.name}, entry {index} of the log: record, signature, original, inventory, log.")
    print(_sum(parse_digest(statement.record), f"{content}/{RECORD_PATH}"))
    time = _record_time(archive, index, statement)
    print(_signature(archive, RECORD_NAMESPACE, f"{content}/{SIGNATURE_PATH}", f"{content}/{RECORD_PATH}", time))
    print(_sum(parse_digest(statement.original), original))
    print(f"(cd {quoted(folder)} && sha512sum -c {SIDECAR})")
    entry = f'"record":"{statement.record}"'
    print(f"grep -aoF {quoted(entry)} log/{_bundle(archive, index)}")


def _bundle(archive: Archive, index: int) -> str:
    """Name the file of log entries in which an entry stands."""
    return next(tile.path for tile in bundles(archive.checkpoint.size) if tile.index == index // TILE_WIDTH)


def _sum(digest: str, path: str) -> str:
    return f"echo {quoted(f'{digest}  {path}')} | sha256sum -c"


def _root_time(archive: Archive, root: TrustRoot, signature: str) -> str:
    """The option for a key with a window: the root's time, in the window of who signed it."""
    keys = {key for each in archive.chain for key in each.root_keys}
    named = [key for key in keys if signature == signature_name(root.version, fingerprint_file_name(key))]
    return "".join(_option(root_window(archive.chain, key), root.created) for key in named)


def _record_time(archive: Archive, index: int, statement: VersionStatement) -> str:
    """The same for a version.  Where the log says that the key might sign, a clock that was wrong changes nothing."""
    held = [mine.key for mine in archive.chain[-1].record_keys if mine.key.fingerprint == statement.signer]
    if not held:
        return ""
    window, time = record_window(archive.chain, held[0]), statement.logged_at
    if signer_allowed(archive.chain, held[0], index):
        return _option(window, time)
    return f" -Overify-time={compact(time)}"


def _option(window: Window, time: str) -> str:
    return "" if window == Window() else f" -Overify-time={compact(window.nearest(time))}"


def _signature(archive: Archive, namespace: str, signature: str, signed: str, time: str) -> str:
    principal = archive.chain[-1].principal
    return (
        f"ssh-keygen -Y verify -f {_SIGNERS} -I {quoted(principal)} -n {namespace} "
        f"-s {quoted(signature)}{time} < {quoted(signed)}"
    )


def explain_snapshot(target: str) -> None:
    """Print the commands for a snapshot, whose own README.txt says more."""
    if Path(target).is_dir():
        folder = quoted(f"./{target}" if target.startswith("-") else target)
        print("# Its files, by the bag's own lists.")
        print(f"(cd {folder} && sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt)")
        print("\n# Signature, log and trust root: the file data/README.txt in it has the commands.")
        return
    name = Path(target).stem
    # A file whose name begins with a hyphen must not become an option.
    target = f"./{target}" if target.startswith("-") else target
    name = f"./{name}" if name.startswith("-") else name
    print(f"# The hash of the zip, to compare with the one that export printed.\nsha256sum {quoted(target)}")
    print("\n# Its files, by the bag's own lists.")
    print(f"unzip -q {quoted(target)} -d {quoted(name)}")
    print(f"(cd {quoted(name)}/* && sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt)")
    print("\n# Signature, log and trust root: the file data/README.txt in it has the commands.")


def quoted(text: str) -> str:
    """Quote a word for a shell; what must not reach a terminal is escaped."""
    return plain(shlex.quote(text))
