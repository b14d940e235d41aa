"""``docs/verify.md`` says what verification does: its numbers, its examples, and its commands for stock tools.

``MUNIMENT_GOLDEN=write`` in the environment writes the examples into the page anew, for a deliberate change.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from tests.timestamp.authority import Authority, make_authority
from tests.timestamp.stamping import CLOCK, NONCE, pin

from muniment.archive import open_archive
from muniment.archive.paths import stamp_paths
from muniment.canonical import parse_json
from muniment.cli.hints import for_reader
from muniment.cli.reports import print_report
from muniment.cli.verbs.verify import EXIT_CODES
from muniment.digest import format_digest, sha256_hex
from muniment.errors import StoreError
from muniment.ingest import Source
from muniment.log.statement import StampStatement, format_statement
from muniment.memory import Past, remember
from muniment.schema import validate
from muniment.ssh import sshsig
from muniment.ssh.keys import PrivateKey
from muniment.store import MAX_FILE, MemoryStore
from muniment.timestamp.request import make_request
from muniment.verify.archive import verify_archive
from muniment.verify.public_json import report_as_json
from muniment.verify.report import CHECKS
from muniment.write.commit import execute, grow_log, plan
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_description, add_publication

PAGE = Path(__file__).resolve().parents[1] / "docs" / "verify.md"
OBJECT = "releases/harbour-notice"
ORIGINAL = f"{OBJECT}/v1/content/original.txt"
RECORD = f"{OBJECT}/v2/content/record.json"
ENTRIES = "log/tile/entries/000.p/3"
TOOLS = ("sh", "find", "grep", "sed", "sha256sum", "sha512sum", "ssh-keygen", "openssl", "mktemp", "python3")
_ROOT, _RECORD, _LOG, _STRANGER = (PrivateKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3, 9))


def make_archive(*, described: bool = True) -> dict[str, bytes]:
    """Make the archive of the page: harbour-notice v1, and v2 with another description; or v1 alone, an older copy."""
    store, keys = MemoryStore(), Keys(_RECORD, _LOG)
    create_archive(
        store, InitialKeys(_ROOT, _RECORD, _LOG), origin="press.example.org/archive", now="2026-11-22T10:00:00Z"
    )
    source = Source(b"Harbour notice\n\n1. The harbour is closed.\n", "notice.txt", "2026-11-22")
    add_publication(store, keys, "harbour-notice", source, {"language": "en"}, Author("2026-11-22T10:05:00Z"))
    if described:
        later = Author("2026-11-22T10:10:00Z", note="subjects")
        add_description(store, keys, "harbour-notice", {"subjects": ["harbours"]}, later)
    return store.files


def make_stamped(clock: Authority = CLOCK) -> dict[str, bytes]:
    """Make the archive of check 12: the same, with an authority pinned, and a stamp as this authority gives it."""
    store = MemoryStore(make_archive())
    pin(store, InitialKeys(_ROOT, _RECORD, _LOG), {"clock-example": (CLOCK, "https://tsa.example.org/tsr")})
    archive = open_archive(store)
    request = make_request(store.read("log/checkpoints/4"), NONCE)
    files = dict(zip(stamp_paths(4, 1), (request, clock.reply(request)), strict=True))
    asked, answered = (format_digest(sha256_hex(data)) for data in files.values())
    entry = StampStatement(archive.origin, 4, 1, "clock-example", asked, answered, "2026-11-22T10:30:05Z")
    growth = grow_log(archive.log, archive.checkpoint, [format_statement(entry)], archive.origin, _LOG)
    before = store.read("log/checkpoint")
    execute(store, plan(growth, create=tuple(files.items()), swap=(), before=before))
    return store.files


def tampered(files: dict[str, bytes], check: int) -> dict[str, bytes]:
    """Change an archive so that a check fails."""
    record = files[RECORD]
    digest = record.partition(b'"previous":"sha256:')[2][:64]
    changes: dict[int, tuple[str, bytes, bytes]] = {
        2: ("README.txt", b"ssh-keygen", b"ssh-keybad"),
        4: (RECORD, b'"kind":"description"', b'"kind":"descriptiom"'),
        5: (RECORD, digest, digest[::-1]),
        6: (ORIGINAL, b"closed", b"opened"),
        7: (RECORD, b"is closed", b"is opened"),
        9: (RECORD, b"is closed", b"is opened"),
        10: (ENTRIES, b'"logged_at":"2026-11-22T10:10', b'"logged_at":"2026-11-21T10:10'),
        11: ("trust/allowed_signers", b'"root@muniment"', b'"record@muniment"'),
    }
    whole = {
        1: {f"{OBJECT}/v1/content/.DS_Store": b"x"},
        3: {RECORD: record + b"\n"},
        8: {f"{RECORD}.sig": sshsig.sign(_STRANGER, sshsig.RECORD_NAMESPACE, record)},
    }
    if check == 12:
        return make_stamped(make_authority("Forged", 40))
    if check == 13:
        return make_archive(described=False)
    if check in whole:
        return {**files, **whole[check]}
    path, old, new = changes[check]
    assert old in files[path]
    return {**files, path: files[path].replace(old, new, 1)}


def kept(files: dict[str, bytes]) -> Past:
    """Give what a machine remembers that saw the archive of the page."""
    digest = format_digest(sha256_hex(files["trust/root/1.json"]))
    remembered = remember(files["log/checkpoint"], digest, "2026-11-22")
    return Past(recall=lambda _: remembered)


def finding(files: dict[str, bytes], check: int) -> str:
    """Give the last finding of a check on its tampered archive, as the command prints it."""
    output = StringIO()
    past = kept(files) if check == 13 else None
    with redirect_stdout(output):
        print_report(verify_archive(MemoryStore(tampered(files, check)), past=past), pinned=False)
    return [part for part in output.getvalue().split("\n\n") if part.startswith(f"FAILED {check} ")][-1]


def unreadable(files: dict[str, bytes]) -> str:
    """Give the findings on the archive of which a record cannot be read, as the command prints them."""

    class Closed(MemoryStore):
        def read(self, path: str, *, max_size: int = MAX_FILE) -> bytes:
            if path == RECORD:
                raise StoreError("permission denied", where=path, hint="check who owns the folder")
            return super().read(path, max_size=max_size)

    output = StringIO()
    with redirect_stdout(output):
        print_report(verify_archive(Closed(files)), pinned=False)
    return "\n\n".join(part for part in output.getvalue().split("\n\n") if part.startswith(("UNREAD", "NOT")))


def report(files: dict[str, bytes]) -> str:
    """Give the JSON report on the archive that was tampered with for check 6."""
    return json.dumps(
        report_as_json(for_reader(verify_archive(MemoryStore(tampered(files, 6))))), indent=2, ensure_ascii=False
    )


def examples(files: dict[str, bytes]) -> dict[str, str]:
    """Give every example of the page with its fence, by the comment above it."""
    findings = {f"finding: {check}": f"```text\n{finding(files, check)}\n```\n" for check in CHECKS}
    return {
        **findings,
        "unreadable": f"```text\n{unreadable(files)}\n```\n",
        "report": f"```json\n{report(files)}\n```\n",
    }


def rewrite(page: str) -> str:
    """Put every example into the page anew."""
    for title, block in examples(make_archive()).items():
        pattern = rf"<!-- {title} -->\n(?:```[a-z]+\n.*?\n```\n)?"
        page = re.sub(pattern, lambda _, new=f"<!-- {title} -->\n{block}": new, page, flags=re.DOTALL)  # type: ignore[misc]
    return page


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The archive of the page."""
    return make_archive()


@pytest.fixture(scope="module")
def page() -> str:
    """The page."""
    if os.environ.get("MUNIMENT_GOLDEN") == "write":
        PAGE.write_text(rewrite(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return PAGE.read_text(encoding="utf-8")


def section(page: str, check: int) -> str:
    """Give the section of a check."""
    return page.partition(f"\n### {check} {CHECKS[check]}\n")[2].partition("\n### ")[0]


def commands(text: str) -> str:
    """Give all shell commands of a part of the page, as one script."""
    return "".join(re.findall(r"^```sh\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE))


def test_numbers_and_names(page: str) -> None:
    """The checks of the page are those of the code, in order."""
    numbered = {int(number): name for number, name in re.findall(r"^### ([0-9]+) ([a-z]+)$", page, re.MULTILINE)}

    assert list(numbered) == list(range(1, 14))
    assert numbered == CHECKS


def test_exit_codes(page: str) -> None:
    """The table of exit codes is that of the command."""
    table = {verdict: int(code) for code, verdict in re.findall(r"^\| ([0-9]) \| `([a-z]+)` \|", page, re.MULTILINE)}

    assert table == EXIT_CODES
    assert "| 2 | | the command was used wrongly |" in page


@pytest.mark.parametrize("title", [*(f"finding: {check}" for check in CHECKS), "unreadable", "report"])
def test_example(page: str, files: dict[str, bytes], title: str) -> None:
    """Every example of the page is what the code prints; else: MUNIMENT_GOLDEN=write."""
    assert f"<!-- {title} -->\n{examples(files)[title]}" in page


def test_report_fits_its_schema(page: str) -> None:
    """The JSON report of the page obeys the schema."""
    example = page.partition("```json\n")[2].partition("\n```")[0]

    validate("report", parse_json(example.encode()))


def run(page: str, check: int, files: dict[str, bytes], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands of one section in a folder with these files, after those that set the names."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    if check == 13:
        (folder / "kept").write_bytes(make_archive()["log/checkpoint"])
    script = f"set -eu\n{commands(page.partition('## By hand')[2].partition('## The checks')[0])}"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", script + commands(section(page, check))],
        cwd=folder,
        env={"PATH": path, "LC_ALL": "C", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("check", CHECKS)
def test_by_hand(page: str, files: dict[str, bytes], tmp_path: Path, check: int) -> None:
    """The commands of every check pass on a sound archive."""
    done = run(page, check, make_stamped() if check == 12 else files, tmp_path)

    assert done.returncode == 0, done.stderr
    if check == 1:
        assert done.stdout == ""
    if check == 10:
        computed, signed, verdict = done.stdout.splitlines()
        assert (computed == signed, verdict) == (True, "Signature Verified Successfully")


@pytest.mark.parametrize("check", [check for check in CHECKS if check != 1])
def test_by_hand_finds(page: str, files: dict[str, bytes], tmp_path: Path, check: int) -> None:
    """The commands of every check but the first fail on the archive whose finding stands beside them."""
    done = run(page, check, tampered(files, check), tmp_path)

    if check == 10:
        computed, signed, _ = done.stdout.splitlines()
        assert computed != signed
    else:
        assert done.returncode != 0, done.stdout


def test_layout_by_hand_finds(page: str, files: dict[str, bytes], tmp_path: Path) -> None:
    """The commands of check 1 print links and empty folders."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("README.txt")

    assert run(page, 1, files, tmp_path).stdout.split() == ["./link", "./empty"]
