"""``diff``: classes, summaries, exit codes, and ranges."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import Result

from muniment.canonical import parse_json
from muniment.schema import validate

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]


@pytest.fixture
def history(run: Run, work: Path) -> Path:
    """Four more versions: described, typography, back to the first bytes, emended; and another release."""
    text = (work / "notice.txt").read_text()
    (work / "third.txt").write_text(text.replace("a storm", "a\u00a0storm"))
    for line in (
        ("describe", "harbour-notice", "--title", "Harbour notice"),
        ("add", "third.txt", "--release", "harbour-notice", "--note", "spaces"),
        ("add", "notice.txt", "--release", "harbour-notice"),
        ("emend", "harbour-notice#p2", "--omit", "Tuesday", "--reason", "x", "--by", "A. Editor"),
        ("add", "notice.txt", "--release", "other-notice"),
    ):
        result = run(*line)
        assert result.exit_code == 0, result.output
    return work


def value(result: Result) -> dict[str, Any]:
    """The JSON printed, which keeps to its schema."""
    validate("diff", parse_json(result.stdout_bytes))
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.usefixtures("history")
def test_summary_alone(run: Run) -> None:
    """``--summary`` prints the first line and nothing else, as text and as JSON."""
    assert run("diff", "harbour-notice/v1", "harbour-notice/v2", "--summary").stdout == (
        "1 paragraph edited; description: issued removed; originals differ\n"
    )
    brief = value(run("diff", "harbour-notice/v1", "harbour-notice/v2", "--summary", "--json"))
    assert "operations" not in brief
    assert "paragraphs" not in brief["a"]
    assert brief["summary"]["edited"] == 1


@pytest.mark.usefixtures("history")
def test_json_holds_the_paragraphs(run: Run) -> None:
    """Ids, labels and words stand beside the operations, also those of paragraphs without a word diff."""
    whole = value(run("diff", "harbour-notice/v1", "harbour-notice/v2", "--format", "json"))
    first = whole["a"]["paragraphs"][1]

    assert first == {"id": "p1", "label": "1.", "text": "The harbour closes on Monday."}
    assert [o["op"] for o in whole["operations"]] == ["equal", "replace", "equal"]


@pytest.mark.usefixtures("history")
def test_only(run: Run) -> None:
    """Classes can be repeated and joined by commas; what is left out is counted."""
    sides = ("diff", "harbour-notice/v2", "harbour-notice/v4")
    words = run(*sides, "--only", "words").stdout
    assert words.startswith(
        "1 paragraph edited; originals differ\n"
        "not shown: 1 paragraph changed in typography only; description: title changed\n\n"
    )
    assert "NO-BREAK SPACE" not in words
    assert "Description" not in words
    both = run(*sides, "--only", "typographic,description").stdout
    assert both == run(*sides, "--only", "description", "--only", " typographic").stdout
    assert "NO-BREAK SPACE" in both
    assert "Description" in both
    chosen = value(run(*sides, "--only", "typographic", "--json"))
    assert [o.get("class") for o in chosen["operations"]] == [None, "typographic"]
    assert (chosen["only"], chosen["description"], chosen["left_out"]["description"]) == (["typographic"], [], 1)
    assert chosen["left_out"]["summary"]["edited"] == 1
    wrong = run(*sides, "--only", "spaces")
    assert wrong.exit_code == 2
    assert "'spaces' is not one of words, typographic, description." in wrong.stderr
    assert wrong.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("v1", "v1"), 0),
        (("v1", "v2"), 1),
        (("v1", "v5"), 1),  # back to the first bytes, and the title that was given stays
        (("v1", "v5", "--only", "words"), 0),
        (("v2", "v3"), 1),  # another title
        (("v1", "notice.txt"), 0),
        (("v1", "v2", "--only", "typographic"), 0),
        (("v1", "v2", "--only", "words", "--json"), 1),
        (("v2", "v3", "--only", "words", "--summary"), 0),
        (("v4", "v5", "--only", "typographic"), 1),
        (("v1", "nowhere"), 2),
        (("nowhere.txt", "v1"), 2),
    ],
)
def test_exit_code(run: Run, history: Path, arguments: tuple[str, ...], code: int) -> None:
    """With ``--exit-code`` 1 says different and 0 the same; without it, a comparison that was made gives 0."""
    named = [f"harbour-notice/{name}" if name in {f"v{n}" for n in range(1, 7)} else name for name in arguments]
    assert history.is_dir()
    assert run("diff", *named, "--exit-code").exit_code == code
    assert run("diff", *named).exit_code == (2 if code == 2 else 0)


def test_exit_code_of_damage(run: Run, work: Path) -> None:
    """With ``--exit-code`` a damaged record gives 3, since 1 says different; without it 1, as everywhere."""
    record = next(work.glob("archive/releases/*/v2/content/record.json"))
    record.write_bytes(record.read_bytes().replace(b"Sunday", b"Monday"))

    assert run("diff", "v1", "v2", "--exit-code").exit_code == 3
    assert run("diff", "v1", "v2").exit_code == 1
    assert "run archive verify" in run("diff", "v1", "v2", "--exit-code").stderr


RANGE = """harbour-notice/v1..v6, 5 steps

v2  publication
    issued unknown; logged 2027-01-15T08:00:00Z (claimed)
    1 paragraph edited; originals differ; description changed

    ~ p1 p1  edited
             1. The harbour closes on [-Monday-]{+Sunday+}.

v3  description
    issued unknown; logged 2027-01-15T08:00:00Z (claimed)
    no change in words; description: title changed; originals are the same

v4  publication
    issued unknown; logged 2027-01-15T08:00:00Z (claimed)
    1 paragraph edited, 1 changed in typography only; originals differ

    ~ p1 p1  edited
             1. The harbour closes on [-Sunday-]{+Monday+}.

    ~ p2 p2  typography only
             2. It opens on the day Tuesday, unless
             a[-⟨U+0020 SPACE⟩-]{+⟨U+00A0 NO-BREAK SPACE⟩+}storm comes, as the
             master of the port has said in his letter.

v5  publication, reverts to v1
    issued unknown; logged 2027-01-15T08:00:00Z (claimed)
    1 paragraph changed in typography only; originals differ

    ~ p2 p2  typography only
             2. It opens on the day Tuesday, unless
             a[-⟨U+00A0 NO-BREAK SPACE⟩-]{+⟨U+0020 SPACE⟩+}storm comes, as the
             master of the port has said in his letter.

v6  emendation
    issued unknown; logged 2027-01-15T08:00:00Z (claimed)
    no change in words; emendations: 1 added; originals are the same

In between
  missing in v2 to v3: “on Monday”
  stood in v2 to v3: “on Sunday” (v3#p1)

v1 → v6
no change in words; description: issued removed, title changed; emendations: 1
added; originals are the same

Description
  issued removed: 2026-01 (inferred)
  title changed: Notice on the harbour → Harbour notice

Emendations
  + p2 20–27 omitted, by A. Editor: x
"""


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    "name",
    ["harbour-notice", "harbour-notice/v1..v6", "harbour-notice/v1..", "harbour-notice/v1..harbour-notice"],
)
def test_range(run: Run, name: str) -> None:
    """A range prints what each step changed, which version it goes back to, and the net change."""
    assert run("diff", name).stdout == RANGE


@pytest.mark.usefixtures("history")
def test_range_as_json(run: Run) -> None:
    """The JSON of a range holds a summary for each step, and the comparison of its ends."""
    found = value(run("diff", "harbour-notice/v2..v5", "--json"))
    assert found["range"] == "harbour-notice/v2..v5"
    assert [(s["reference"], s["change"], s["reverts_to"]) for s in found["steps"]] == [
        ("harbour-notice/v3", "description", None),
        ("harbour-notice/v4", "publication", None),
        ("harbour-notice/v5", "publication", 1),
    ]
    assert found["steps"][1]["note"] == "spaces"
    assert found["steps"][2]["summary"]["typographic"] == 1
    assert (found["net"]["a"]["reference"], found["net"]["b"]["reference"]) == (
        "harbour-notice/v2",
        "harbour-notice/v5",
    )
    assert len(found["net"]["operations"]) == 3
    assert [(c["op"], c["a"], c["b"]) for c in found["steps"][1]["changes"]] == [
        ("replace", ["p1"], ["p1"]),
        ("replace", ["p2"], ["p2"]),
    ]
    assert found["between"] == []
    assert "changes" not in value(run("diff", "harbour-notice/v2..v5", "--json", "--summary"))["steps"][1]
    whole = value(run("diff", "harbour-notice", "--json"))["between"]
    assert [(one["kind"], one["first"], one["last"], one["words"]) for one in whole] == [
        ("missing", 2, 3, "on Monday"),
        ("stood", 2, 3, "on Sunday"),
    ]
    assert "operations" not in value(run("diff", "harbour-notice/v2..v5", "--json", "--summary"))["net"]


def test_a_range_says_in_what_originals_differ(run: Run, work: Path) -> None:
    """Each step and the net change say it, where no paragraph changed, as two versions beside each other do."""
    text = b"Notice on the harbour\n\n1. It closes.\n\n2. It opens.\n"
    for changed in (text, text.rstrip(b"\n"), text.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + text):
        (work / "again.txt").write_bytes(changed)
        assert run("add", "again.txt", "--release", "again").exit_code == 0
    steps = value(run("diff", "again", "--json"))["steps"]
    assert [step["originals_differ_in"] for step in steps] == [
        ["the last line feed"],
        ["line ends", "the last line feed"],
        ["the byte order mark", "line ends"],
    ]
    shown = run("diff", "again").stdout
    assert "    no change in words; originals differ in the last line feed only\n" in shown
    assert shown.endswith("v1 → v4\nno change in words; originals differ in the byte order mark only\n")
    assert run("diff", "again/v1", "again/v4").stdout in shown


@pytest.mark.usefixtures("history")
def test_a_description_beside_changed_words_is_noise(run: Run, work: Path) -> None:
    """In a step with changed words it is said that the description changed; ``-v`` says how."""
    (work / "last.txt").write_text((work / "notice.txt").read_text().replace("Monday", "Friday"))
    line = ("add", "last.txt", "--release", "harbour-notice", "--title", "Notice", "--subject", "harbours")
    assert run(*line).exit_code == 0
    quiet, loud = (run("diff", "harbour-notice/v6..v7", *more).stdout for more in ((), ("-v",)))
    assert "originals differ; description changed\n" in quiet.partition("v6 → v7")[0].replace("\n    ", " ")
    assert "subjects" not in quiet.partition("v6 → v7")[0]
    assert "\n    Description\n      subjects added: harbours\n" in loud.partition("v6 → v7")[0]
    assert max(map(len, loud.splitlines())) <= 80


@pytest.mark.usefixtures("history")
def test_range_with_options(run: Run) -> None:
    """Classes and exit code hold for a range too: its net change counts, not what went to and fro."""
    assert run("diff", "harbour-notice/v1..v2", "--exit-code").exit_code == 1
    assert run("diff", "harbour-notice/v1..v5", "--only", "words", "--exit-code").exit_code == 0
    brief = run("diff", "harbour-notice/v1..v2", "--summary").stdout
    assert brief.endswith("\n\nv1 → v2\n1 paragraph edited; description: issued removed; originals differ\n")
    assert run("diff", "other-notice").stdout == "other-notice/v1: one version, nothing to compare\n"
    alone = value(run("diff", "other-notice", "--json"))
    assert (alone["steps"], alone["net"]["different"]) == ([], False)


def test_range_in_an_archive_of_one_release(run: Run, work: Path) -> None:
    """Where there is one release, its versions need no name; a hash names one for good."""
    assert work.is_dir()
    shown = run("diff", "v1..v2").stdout
    assert shown.startswith("harbour-notice/v1..v2, 1 step\n")
    hashes = [version["record"] for version in json.loads(run("list", "--json").stdout)["releases"][0]["versions"]]
    assert run("diff", f"{hashes[0]}..{hashes[1]}").stdout == shown


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("harbour-notice/v5..v2", "a range goes from the older version to the newer"),
        ("harbour-notice/v1..other-notice/v1", "a range stays in one release"),
        ("harbour-notice..v2", "a range begins with a version"),
        ("harbour-notice/v1#p1..v2", "a range compares whole versions"),
        ("harbour-notice/v1..v2#p1", "a range compares whole versions"),
        ("harbour-notice/v1..v9", "has no version v9"),
        ("harbour-notice/v1", "one side is missing"),
        ("harbour-notice#p1", "one side is missing"),
        ("notice.txt", "one side is missing"),
        ("nowhere", "there is no release nowhere"),
        ("..v2", "names nothing"),
    ],
)
def test_what_is_no_range(refused: Refused, name: str, said: str) -> None:
    """What stands alone and is no range is refused in one line that says why."""
    assert said in refused("diff", name, code=2)


def test_a_range_beside_another_side(refused: Refused) -> None:
    """A range is no side of a comparison, and a file alone is none, in an archive or not."""
    assert "a range stands alone" in refused("diff", "v1..v2", "v1", code=2)
    assert "neither a file nor a reference" in refused("diff", "v1", "v1..v2", code=2)


def test_a_file_alone_outside_an_archive(run: Run) -> None:
    """One file is one side, whether or not there is an archive."""
    Path("a.txt").write_text("Some words.\n")
    result = run("diff", "a.txt")
    assert (result.exit_code, "one side is missing" in result.stderr) == (2, True)


@pytest.mark.usefixtures("work")
def test_ugly_files(run: Run) -> None:
    """Empty, binary and huge files are refused in one line; one long paragraph and the same file twice are compared."""
    Path("empty.txt").write_bytes(b"")
    Path("binary.txt").write_bytes(b"text\x00more")
    Path("large.txt").write_bytes(b"a" * (16 * 1024 * 1024 + 1))
    Path("one.txt").write_text("word " * 9_000 + "end")
    Path("two.txt").write_text("word " * 9_000 + "End")
    for name in ("empty.txt", "binary.txt", "large.txt"):
        result = run("diff", name, "notice.txt")
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert name in result.stderr
    assert run("diff", "notice.txt", "notice.txt").stdout == "no change in words; originals are the same\n"
    assert run("diff", "one.txt", "two.txt").stdout.endswith(" word word [-end-]{+End+}\n")


@pytest.mark.usefixtures("work")
def test_files_larger_than_an_original(run: Run) -> None:
    """A plain file may be larger than what can be archived, since no record is made of it."""
    text = "\n\n".join(f"Paragraph {number} " + "words " * 60 for number in range(6_500))
    Path("a.txt").write_text(text)
    Path("b.txt").write_text(text.replace("Paragraph 77 ", "Paragraph seventy-seven "))
    assert Path("a.txt").stat().st_size > 2 * 1024 * 1024
    assert run("diff", "./a.txt", "./b.txt", "--summary").stdout == "1 paragraph edited; originals differ\n"


@pytest.mark.usefixtures("work")
def test_charset(run: Run, refused: Refused) -> None:
    """``--charset`` is for plain files, beside a version or not; without it the error names it."""
    Path("old.txt").write_bytes("Вход закрыт до утра.\n".encode("windows-1251"))
    Path("new.txt").write_bytes("Выход закрыт до утра.\n".encode("windows-1251"))
    assert "--charset windows-1251" in refused("diff", "old.txt", "new.txt", code=2)
    shown = run("diff", "old.txt", "new.txt", "--charset", "windows-1251").stdout
    assert "[-Вход-]{+Выход+} закрыт" in shown
    assert run("diff", "v1", "old.txt", "--charset", "cp1251", "--format", "markdown").exit_code == 0
    assert "the charset is not known" in refused("diff", "old.txt", "new.txt", "--charset", "nonsense", code=2)
    for sides in (("v1", "v2"), ("v1..v2",)):
        assert "--charset is for plain files" in refused("diff", *sides, "--charset", "cp1251", code=2)
