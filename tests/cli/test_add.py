"""``archive add``: dry runs, several files, and a charset shown before it is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeAlias

import pytest
from click.testing import Result

from muniment.cli.verbs import add
from muniment.errors import StoreError

Run: TypeAlias = Callable[..., Result]
Tree: TypeAlias = Callable[[Path], object]
THIRD = "Notice on the harbour\n\n1. It stays closed.\n"


def test_dry_run(run: Run, work: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fact that would be signed is shown with what it rests on; no key is needed and nothing is written."""
    Path("third.txt").write_text(THIRD)
    monkeypatch.setenv("ARCHIVE_KEYS", "nowhere")
    before = tree(work)
    result = run("add", "third.txt", "--release", "harbour-notice", "--dry-run", "--genre", "notice", "--note", "later")
    assert result.exit_code == 0, result.output
    assert tree(work) == before
    assert result.stdout.startswith("harbour-notice/v3  publication  2 paragraphs\n")
    for said in (
        "title        Notice on the harbour (the headline of the text)",
        "issuer       unknown",
        "genre        notice (inferred)",
        "language     en, kept from v2",
        "retrieved    unknown",
        "note         later",
        "nothing was signed or written: this was a dry run",
    ):
        assert said in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    value = json.loads(run("add", "third.txt", "--release", "harbour-notice", "--dry-run", "--json").stdout)
    assert (value["dry_run"], value["unchanged"], value["record"]["version"]) == (True, False, 3)
    same = run("add", "second.txt", "--release", "harbour-notice", "--dry-run")
    assert same.stdout == "unchanged since harbour-notice/v2; nothing would be signed\n"


@pytest.mark.usefixtures("work")
def test_dry_run_is_what_is_signed(run: Run) -> None:
    """What a dry run shows is what is signed afterwards."""
    Path("third.txt").write_text(THIRD)
    options = ("third.txt", "--release", "harbour-notice", "--issued", "2026-03", "--subject", "tides")
    shown = json.loads(run("add", *options, "--dry-run", "--json").stdout)["record"]
    assert run("add", *options).exit_code == 0
    signed = json.loads(Path("archive/releases/harbour-notice/v3/content/record.json").read_bytes())
    assert signed == shown


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_what_is_described_of_several_files(run: Run, dry: tuple[str, ...]) -> None:
    """Of each of several files the date of issue that nobody gave is said, and what it keeps of the version before."""
    for day in (3, 4):
        Path(f"{day}.txt").write_text(f"Notice\n\n{day} February 2026\n\n1. The berth is closed.\n")
    result = run("add", "3.txt", "4.txt", "--release", "berth", "--language", "en", *dry)
    assert result.exit_code == 0
    assert "issued 2026-02-03 (inferred)" in result.stdout
    assert "issued 2026-02-04 (inferred)" in result.stdout
    assert result.stdout.endswith(f"\n2 of 2 files {'would be ' if dry else ''}added\n")
    Path("5.txt").write_text("Notice\n\n1. The berth is open.\n")
    Path("6.txt").write_text("Notice\n\n1. The berth is open again.\n")
    later = run("add", "5.txt", "6.txt", "--release", "harbour-notice", "--issuer", "Port", *dry).stdout
    assert later.count("issued unknown") == 2
    assert "kept from v2: language" in later


@pytest.mark.usefixtures("work")
def test_several_files(run: Run) -> None:
    """Files become versions in the order in which they are named; after a bad one the others are added."""
    Path("third.txt").write_text(THIRD)
    Path("bad.txt").write_bytes(b"\x00\x01")
    result = run("add", "second.txt", "third.txt", "bad.txt", "notice.txt", "--release", "harbour-notice")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "second.txt  unchanged since harbour-notice/v2"
    assert lines[1] == "third.txt   harbour-notice/v3  publication  2 paragraphs"
    assert lines[2].startswith("            issued unknown; kept from v2: ")
    assert any(line.startswith("bad.txt     REFUSED: ") for line in lines)
    at = lines.index("notice.txt  harbour-notice/v4  publication, reverts to v1  3 paragraphs")
    assert lines[at + 1].startswith("            issued unknown")
    assert lines[-1] == "2 of 4 files added; 1 unchanged; 1 refused"
    assert all(len(line) <= 80 for line in lines)
    assert run("verify").exit_code == 0
    (batch,) = Path("archive/log/batches").iterdir()
    assert batch.read_bytes().startswith(b'{"after":%d,' % (int(batch.name) - 2))
    assert not Path("archive/log/checkpoints", str(int(batch.name) - 1)).exists()


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("as_json", [False, True])
def test_dry_run_of_several_files(run: Run, work: Path, tree: Tree, *, as_json: bool) -> None:
    """A dry run of several files numbers and chains them as they would be, and writes nothing."""
    Path("third.txt").write_text(THIRD)
    files = ("second.txt", "third.txt", "third.txt", "notice.txt", "third.txt")
    options = (*files, "--release", "harbour-notice", *(["--json"] if as_json else []))
    before = tree(work / "archive")
    shown = run("add", *options, "--dry-run")
    assert (shown.exit_code, tree(work / "archive")) == (0, before)
    done = run("add", *options)
    if not as_json:
        assert shown.stdout == done.stdout.replace("files added", "files would be added")
        return
    for would, did in zip(json.loads(shown.stdout), json.loads(done.stdout), strict=True):
        assert would["unchanged"] == did["unchanged"]
        if not did["unchanged"]:
            path = work / f"archive/releases/harbour-notice/v{did['version']}/content/record.json"
            assert json.loads(path.read_bytes()) == would["record"]


@pytest.mark.usefixtures("work")
def test_several_files_that_cannot_be_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the archive cannot be written the exit code is 3, as for one file, also beside a file that is refused."""
    Path("third.txt").write_text(THIRD)
    Path("bad.txt").write_bytes(b"\x00\x01")

    def refuse(*_: object) -> NoReturn:
        raise StoreError("read-only file system", where="log")

    monkeypatch.setattr("muniment.write.batch.execute_or_undo", refuse)
    for files in (("third.txt",), ("third.txt", "third.txt"), ("bad.txt", "third.txt"), ("third.txt", "bad.txt")):
        assert run("add", *files, "--release", "other").exit_code == 3, files


@pytest.mark.usefixtures("work")
def test_each_batch_is_told_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of a batch are printed when it is written, before the next one; of a long path they have the end."""
    deep = Path("a/long/way/down/to/the/file/third.txt")
    deep.parent.mkdir(parents=True)
    for path in (Path("third.txt"), deep):
        path.write_text(f"{THIRD}\n2. By {path.parent}.\n")
    events: list[str] = []
    for name in ("add_publications", "print_row"):
        real = getattr(add, name)

        def spy(*given: object, real: Callable[..., object] = real, name: str = name, **named: object) -> object:
            events.append(name)
            return real(*given, **named)

        monkeypatch.setattr(add, name, spy)
    monkeypatch.setattr(add, "MOST", 2)
    result = run("add", "third.txt", str(deep), "notice.txt", "--release", "b")
    assert events == ["add_publications", "print_row", "print_row", "add_publications", "print_row"]
    lines = result.stdout.splitlines()
    assert lines[0].startswith("third.txt                       b/v1  publication")
    assert lines[1].startswith("…ay/down/to/the/file/third.txt  b/v2  publication")


@pytest.mark.usefixtures("work")
def test_release_of_the_name(run: Run) -> None:
    """Where that is asked for, the name of each file names its release, in letters that an id may have."""
    Path("Sea Notice_2026.txt").write_text(THIRD)
    Path("tide.txt").write_text(THIRD)
    result = run("add", "Sea Notice_2026.txt", "tide.txt", "--release-from-name", "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert [(row["file"], row["reference"]) for row in rows] == [
        ("Sea Notice_2026.txt", "sea-notice-2026/v1"),
        ("tide.txt", "tide/v1"),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("notice.txt",), "either --release ID or --release-from-name"),
        (("notice.txt", "--release", "a", "--release-from-name"), "either --release ID or --release-from-name"),
        (("-", "notice.txt", "--release", "a"), "several files have their own names"),
        (("notice.txt", "second.txt", "--name", "x.txt", "--release", "a"), "several files have their own names"),
        (("про.txt", "--release-from-name"), "give --release ID"),
    ],
)
def test_refused(refused: Callable[..., str], arguments: tuple[str, ...], said: str) -> None:
    """What does not say of which release a file is, or names several, is refused before anything is read."""
    assert said in refused("add", *arguments, code=2)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("text", "codec", "charset"),
    [
        ("Заявление\n\n1. Порт закрыт.\n", "cp1251", "windows-1251"),
        ("Заявление\n\n1. Порт закрыт.\n", "koi8-r", "koi8-r"),
        ("Der Hafen\n\n1. Straße für Möwen, „heute“.\n", "cp1252", "windows-1252"),
        ("Oświadczenie\n\n1. Port jest zamknięty.\n", "cp1250", "windows-1250"),
        ("Ανακοίνωση\n\n1. Το λιμάνι έκλεισε.\n", "cp1253", "windows-1253"),
        ("הודעה\n\n1. הנמל סגור.\n", "cp1255", "windows-1255"),
        ("بيان\n\n1. الميناء مغلق.\n", "cp1256", "windows-1256"),
        ("通知\n\n1. 港は閉鎖されました。フェリーは運航しています。\n", "shift_jis", "shift_jis"),
        ("声明\n\n1. 港口关闭。渡轮正常运行。\n", "gb18030", "gb18030"),
        ("공지\n\n1. 항구가 폐쇄되었습니다.\n", "euc_kr", "euc-kr"),
        ("聲明\n\n1. 港口關閉。渡輪正常運行。\n", "big5", "big5"),
    ],
)
def test_charset_is_shown(run: Run, text: str, codec: str, charset: str) -> None:
    """A text that is not UTF-8 is refused with its first such line in a few charsets, the right one among them."""
    Path("other.txt").write_bytes(text.encode(codec))
    result = run("add", "other.txt", "--release", "other")
    assert (result.exit_code, result.stdout) == (2, "")
    *shown, last = result.stderr.splitlines()
    assert last.startswith("archive: other.txt: the text is not utf-8")
    assert 2 <= len(shown) <= 4
    line = next(line for line in text.split("\n") if not line.isascii())
    assert [charset, *line.split()] in [row.split() for row in shown[1:]]
    named = run("add", "other.txt", "--release", "other", "--charset", charset)
    assert named.exit_code == 0, named.output
