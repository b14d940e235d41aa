"""``blame``, ``when``, ``find-quote`` and ``log``'s summary: the verbs that tell the history of a text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from tests.timestamp.stamping import CLOCK, pin, stamp

from muniment.canonical import Json, parse_json
from muniment.schema import validate
from muniment.store import LocalStore
from muniment.write.create import InitialKeys

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

HOSTILE = """Notice \u202eeton\u202c

1. Escape \x9b31m ⟨v1⟩ and {+\x85+} and \x7f and \u2028 and tab\there.

Café ☕ مرحبا.
"""


@pytest.fixture
def five(run: Run, work: Path) -> Path:
    """The release harbour-notice with five versions: v3 is v1 again, v4 has many changes, v5 another description."""
    first = (work / "notice.txt").read_text()
    (work / "third.txt").write_text(first)
    fourth = first.replace("2. It", "2. Boats stay out.\n\n3. It").replace("letter", "“letter”")
    (work / "fourth.txt").write_text(fourth)
    for line in ("add third.txt --release harbour-notice", "add fourth.txt --release harbour-notice"):
        assert run(*line.split()).exit_code == 0
    assert run("describe", "harbour-notice", "--title", "The harbour").exit_code == 0
    return work


def value(name: str, result: Result) -> dict[str, Json]:
    """The JSON that was printed, held against its schema."""
    found = parse_json(result.stdout_bytes)
    validate(name, found)
    assert isinstance(found, dict)
    return found


@pytest.mark.usefixtures("five")
def test_blame(run: Run) -> None:
    """``blame`` names the version of each paragraph, what happened since, and the hashes."""
    shown = run("blame", "harbour-notice").stdout
    assert "v1  p1  1. The harbour closes on Monday.\n        edited in v2; not seen from v2, returned in v3\n" in shown
    assert "v4  p2  2. Boats stay out.\n" in shown
    assert "v4  p3  3. It opens" in shown
    assert "first in v1; edited in v4; renumbered 2. → 3. in v4" in shown
    assert "v5  description\n    issued unknown; logged 2027-01-15T08:00:00Z (claimed)\n    sha256:" in shown
    assert max(map(len, shown.splitlines())) <= 80
    words = run("blame", "harbour-notice/v4#p3", "--words").stdout
    assert "3. ⟨v1⟩It opens" in words
    assert "⟨v4⟩“⟨v1⟩letter⟨v4⟩”⟨v1⟩." in words
    assert "p1" not in words


@pytest.mark.usefixtures("five")
def test_blame_json(run: Run) -> None:
    """The JSON of ``blame`` keeps to its schema; words stand in it when they are asked for."""
    for arguments in ((), ("--words",)):
        found = value("blame", run("blame", "harbour-notice", "--json", *arguments))
        paragraphs = found["paragraphs"]
        assert isinstance(paragraphs, list)
        assert [("words" in one) for one in paragraphs if isinstance(one, dict)] == [bool(arguments)] * 4
    assert found["reference"] == "harbour-notice/v5"


def test_blame_split(run: Run, work: Path) -> None:
    """A split and a merge name the paragraphs that they come from; a renumbering says what was no number."""
    text = (work / "second.txt").read_text()
    (work / "third.txt").write_text(text.replace("2. It", "It").replace("comes, as", "comes\n\nas"))
    (work / "fourth.txt").write_text(text)
    for name in ("third.txt", "fourth.txt"):
        assert run("add", name, "--release", "harbour-notice").exit_code == 0
    assert "split from p2 in v3" in run("blame", "harbour-notice/v3").stdout
    assert "merged from nn1 and nn2 in v4" in run("blame", "harbour-notice").stdout


def test_blame_refused(refused: Refused) -> None:
    """What is not there has no history."""
    assert "has no version v9" in refused("blame", "v9", code=2)
    assert "has no paragraph p9" in refused("blame", "v1#p9", code=2)


@pytest.mark.usefixtures("work")
def test_blame_colours(run: Run) -> None:
    """Colours come when they are asked for, and otherwise only on a terminal."""
    assert "\x1b[1mv1\x1b[0m" in run("blame", "v2", "--color").stdout
    assert "\x1b[2m⟨v2⟩\x1b[0m" in run("blame", "v2", "--words", "--color").stdout
    assert "\x1b" not in run("blame", "v2", "--words").stdout


@pytest.mark.usefixtures("five")
def test_when(run: Run) -> None:
    """``when`` tells first seen, last seen, not seen and seen again, each with its version, and never of deletion."""
    shown = run("when", "closes on Monday").stdout
    lines = [line for line in shown.splitlines() if "seen" in line]
    assert lines == [
        "  first seen in v1, p1",
        "  last seen in v1",
        "  not seen from v2",
        "  seen again in v3, p1",
        "  still seen in v5, the newest version, p1",
    ]
    assert "delete" not in shown
    sunday = run("when", "on Sunday", "harbour-notice").stdout
    assert "not seen in v1\n  first seen in v2, p1\n" in sunday
    assert "  not seen in v1 to v3\n  first seen in v4, p2" in run("when", "Boats stay").stdout
    assert "  last seen in v3, p2\n" in run("when", "2. It opens").stdout


@pytest.mark.usefixtures("five")
def test_when_in_all_releases(run: Run) -> None:
    """Without a release all are searched; those without the phrase are counted and not listed."""
    assert run("add", "second.txt", "--release", "other").exit_code == 0
    result = run("when", "on Sunday")
    assert result.stdout.startswith("“on Sunday”, folded, in the 6 versions of 2 releases\n")
    assert "\n\nharbour-notice\n" in result.stdout
    assert "\n\nother\n  first seen in v1, p1\n" in result.stdout
    found = value("when", run("when", "Boats stay", "--json"))
    assert isinstance(found["releases"], list)
    assert [one["release"] for one in found["releases"] if isinstance(one, dict)] == ["harbour-notice"]


@pytest.mark.usefixtures("five")
def test_when_not_seen(run: Run) -> None:
    """A phrase that no version has gives exit code 1, as grep does; --exact folds nothing."""
    result = run("when", "has said in  his 'letter'")
    assert (result.exit_code, result.stdout.splitlines()[2]) == (1, "not seen in any of these")
    assert "nearest, but different: harbour-notice/v" in result.stdout
    assert run("when", 'his "letter"').exit_code == 0
    assert run("when", 'his "letter"', "--exact").exit_code == 1
    found = value("when", run("when", "zebra", "harbour-notice", "--json"))
    assert (found["releases"], found["searched"]) == ([], {"releases": 1, "versions": 5})


def test_when_refused(refused: Refused) -> None:
    """A release that is not there is refused, and so is a phrase of nothing."""
    assert "there is no release pier" in refused("when", "x", "pier", code=2)
    assert "nothing to search for" in refused("when", " ", code=2)


@pytest.mark.usefixtures("five")
def test_find_quote(run: Run, work: Path) -> None:
    """A quote is found exactly or folded, from the command line, a file or stdin; exit code 0."""
    exact = run("find-quote", "unless a storm comes")
    assert exact.exit_code == 0
    assert exact.stdout.startswith("found, exactly: harbour-notice/v5, p3\n")
    (work / "quote.txt").write_text('in his "letter".\n')
    for folded in (run("find-quote", "quote.txt"), run("find-quote", "-", "harbour-notice", stdin='his "letter".')):
        assert folded.exit_code == 0
        assert folded.stdout.startswith("found, folded: harbour-notice/v5, p3\n")
        assert '  “ U+201C LEFT DOUBLE QUOTATION MARK: " U+0022 QUOTATION MARK, once\n' in folded.stdout
    assert "\n  first seen in v1; archive when says in which versions it stands\n" in run("find-quote", "closes").stdout
    assert run("find-quote", "quote.txt", "--text").exit_code == 1
    assert run("find-quote", "unless a storm comes", "v1").stdout.endswith(
        "\n  to cite it: archive cite 'harbour-notice/v1#p2'\n"
    )
    assert run("find-quote", "closes", "v1#p1").stdout.startswith("found, exactly: harbour-notice/v1, p1\n")
    space = run("find-quote", "the port has said", "v1")
    assert "U+000A LINE FEED: U+0020 SPACE, once" in space.stdout
    assert "nothing: U+200B ZERO WIDTH SPACE, 2 times" in run("find-quote", "It\u200b op\u200bens", "v1").stdout


@pytest.mark.usefixtures("five")
def test_find_quote_in_several_places(run: Run) -> None:
    """Two places are no answer: both are listed, and the exit code is 1."""
    result = run("find-quote", "the")
    assert result.exit_code == 1
    assert result.stdout.startswith("not settled: found in 4 places, exactly; quote more, or name the paragraph\n")
    assert result.stdout.count("harbour-notice/v5, ") == 4
    assert "“the”" in result.stdout
    assert "  Notice on “the” harbour\n" in result.stdout
    assert "as “the” master of the port has…\n" in result.stdout
    many = run("find-quote", "e")
    assert "\n… and " in many.stdout
    assert "places, folded;" in run("find-quote", "the\u200b").stdout


@pytest.mark.usefixtures("five")
def test_find_quote_not_found(run: Run) -> None:
    """A quote that is gone is not found; the nearest passage is shown as different, and where it was last seen."""
    result = run("find-quote", "The harbour closes on Sunday", "harbour-notice")
    assert result.exit_code == 1
    assert result.stdout.startswith("not found in harbour-notice/v5\n\nlast seen in v2\n  issued unknown; logged ")
    assert "\nnot seen from v3\n  issued unknown; logged " in result.stdout
    assert "\nfirst seen in v2; archive when says in which versions it stood\n" in result.stdout
    assert (
        "nearest, but different: harbour-notice/v5, p1\n  The harbour closes on [-Monday-]{+Sunday+}\n" in result.stdout
    )
    assert result.stdout.endswith("\nsearched: harbour-notice/v1 to v5, all of them\n")
    asked = run("find-quote", "The harbour closes on Sunday", "v5").stdout
    assert asked.startswith("not found in harbour-notice/v5\nbut it stands in harbour-notice/v2, p1\n")
    far = run("find-quote", "Zebras graze […] quietly")
    assert (far.exit_code, far.stdout.splitlines()[-3]) == (1, "no passage comes near")
    assert "an ellipsis, which stands for itself alone" in far.stdout
    assert run("add", "second.txt", "--release", "other").exit_code == 0
    assert run("find-quote", "zebra").stdout.startswith("not found in the newest versions of 2 releases\n")


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("quote", ["unless a storm comes", 'his "letter".', "the", "closes on Sunday", "zebra"])
def test_find_quote_json(run: Run, quote: str) -> None:
    """The JSON of ``find-quote`` keeps to its schema, whatever was found; its exit code is the same."""
    result = run("find-quote", quote, "--json")
    found = value("find-quote", result)
    assert result.exit_code == (0 if found["status"] in {"exact", "folded"} else 1)
    assert (found["last_seen"] is not None) == (quote == "closes on Sunday")


def test_find_quote_refused(refused: Refused, run: Run, work: Path) -> None:
    """A missing file, an empty quote, a version that is not there: exit code 2."""
    assert "no such file" in refused("find-quote", "./quote", code=2)
    assert "no such file" in refused("find-quote", "quote.txt", code=2)
    assert "there is no text in it" in refused("find-quote", "-", stdin="\u200b", code=2)
    assert "the quote is empty" in refused("find-quote", "", code=2)
    assert "has no paragraph p9" in refused("find-quote", "x", "v1#p9", code=2)
    assert run("find-quote", "a" * 5000, "v1").exit_code == 1
    assert run("init", "new", "--origin", "example.org/new").exit_code == 0
    result = run("find-quote", "x", "--archive", str(work / "new"))
    assert (result.exit_code, "holds no release yet" in result.stderr) == (2, True)


@pytest.mark.usefixtures("five")
def test_log_summary(run: Run) -> None:
    """``log`` of a release says what each version changed; of the whole archive only when it is asked to."""
    shown = run("log", "harbour-notice").stdout
    assert "publication, reverts to v1\n" in shown
    assert shown.count("\n   1 paragraph edited") == 3
    assert "   1 paragraph edited, 1 inserted" in shown
    assert "   description: title\n" in shown
    assert shown.count("\n   first version, 3 paragraphs\n") == 1
    assert "paragraph" not in run("log").stdout
    assert "1 paragraph edited" in run("log", "-s").stdout
    assert run("log", "--summary", "--checkpoint").exit_code == 2
    changed = [
        one["changed"] for one in json.loads(run("log", "--summary", "--json").stdout)["releases"][0]["versions"]
    ]
    assert changed[0] is None
    assert changed[4]["description"] == ["title"]
    assert "changed" not in run("log", "--json").stdout


@pytest.mark.usefixtures("five")
def test_log_patch(run: Run) -> None:
    """``log -p`` shows the changed words of every step at 80 columns; a description beside them only with ``-v``."""
    shown = run("log", "-p", "harbour-notice").stdout
    assert "   1. The harbour closes on [-Monday-]{+Sunday+}.\n" in re.sub(r"\n +", "\n   ", shown)
    assert shown.count("[-Monday-]{+Sunday+}") == shown.count("[-Sunday-]{+Monday+}") == 1
    assert max(map(len, shown.splitlines())) <= 80
    assert "[-" in run("log", "-p").stdout
    assert "[-" not in run("log", "harbour-notice").stdout
    assert run("log", "-p", "--checkpoint").exit_code == 2
    line = ("--release", "harbour-notice", "--title", "Notice", "--subject", "harbours")
    assert run("add", "second.txt", *line).exit_code == 0
    quiet, loud = (run("log", *options, "harbour-notice").stdout for options in (("-p",), ("-pv",)))
    assert "; description changed\n" in quiet
    assert "subjects" not in quiet
    assert "subjects" in loud
    result = run("log", "-p", "harbour-notice", "--json")
    value("list", result)
    (one,) = json.loads(result.stdout)["releases"]
    changes = [version["changed"] and version["changed"]["changes"] for version in one["versions"]]
    assert changes[0] is None
    assert changes[1] == [
        {
            "op": "replace",
            "a": ["p1"],
            "b": ["p1"],
            "segments": [["=", "1. The harbour closes on "], ["-", "Monday"], ["+", "Sunday"], ["=", "."]],
        }
    ]


@pytest.mark.usefixtures("five")
def test_words_are_looked_for_in_any_case(run: Run) -> None:
    """``when`` and ``find-quote`` fold case, unless ``-s`` or ``--exact`` says otherwise, and say how often."""
    for verb, words in (("when", "CLOSES ON MONDAY"), ("find-quote", "CLOSES ON MONDAY")):
        assert run(verb, words).exit_code == 0
        assert run(verb, words, "-s").exit_code == run(verb, words, "--case-sensitive").exit_code == 1
        assert run(verb, words, "--exact").exit_code == 1
    assert "  upper and lower case: 13 letters\n" in run("find-quote", "CLOSES ON MONDAY").stdout
    assert "folded but for case" in run("when", "closes", "-s").stdout


@pytest.mark.usefixtures("five")
def test_a_near_miss_in_an_older_version(run: Run) -> None:
    """What stands in no version is shown beside what comes nearest in any, with its version."""
    near = "The harbour shuts on Sunday"
    assert "nearest, but different: harbour-notice/v2, p1\n" in run("when", near).stdout
    assert "nearest, but different: harbour-notice/v2, p1\n" in run("find-quote", near).stdout
    found = value("find-quote", run("find-quote", near, "--json"))
    assert found["searched"] == ["harbour-notice/v5"]
    assert found["also_searched"] == [f"harbour-notice/v{n}" for n in (4, 3, 2, 1)]
    assert found["elsewhere"] == []
    asked = run("find-quote", "closes on Sunday", "v1", "--json")
    value("find-quote", asked)
    assert [one["release"] for one in json.loads(asked.stdout)["elsewhere"]] == ["harbour-notice"]
    when = run("when", near, "--json")
    value("when", when)
    assert json.loads(when.stdout)["nearest"]["place"]["version"]["reference"] == "harbour-notice/v2"


@pytest.mark.usefixtures("five")
def test_a_quote_in_a_file_has_a_charset(run: Run, refused: Refused, work: Path) -> None:
    """``--charset`` reads a quote whose bytes do not tell; words on the command line have none."""
    (work / "quote.bin").write_bytes("Гавань".encode("windows-1251"))
    assert run("find-quote", "quote.bin", "--charset", "windows-1251").exit_code == 1
    assert "--charset is for a quote in a file" in refused("find-quote", "closes", "--charset", "windows-1251", code=2)


@pytest.mark.usefixtures("work")
def test_log_emendations(run: Run) -> None:
    """``log`` of a release counts emendations that came and went."""
    reason = ("--reason", "word missing")
    for words in ("Tuesday", "storm"):
        assert run("emend", "harbour-notice#p2", "--omit", words, *reason).exit_code == 0
    assert run("add", "notice.txt", "--release", "harbour-notice").exit_code == 0
    shown = run("log", "harbour-notice").stdout
    assert "   1 emendation added\n" in shown
    assert "   1 paragraph edited; 2 emendations withdrawn\n" in shown
    words = run("log", "-p", "harbour-notice").stdout
    assert "   + p2  omitted “Tuesday”, by example.org/press: word missing\n" in words
    assert "     p2  2. It opens on the day […], unless a storm comes, as the master" in words
    assert words.count("   - withdrawn: p2  omitted “") == 2
    again = "     p2  2. It opens on the day […], unless a storm comes, as the master of the\n         port"
    assert again in words
    assert all(len(line) <= 80 for line in words.splitlines())
    value = json.loads(run("log", "-p", "harbour-notice", "--json").stdout)
    validate("list", value)
    came = [version["changed"]["emendations"] for version in value["releases"][0]["versions"][1:]]
    assert [[one["change"] for one in each] for each in came] == [[], ["+"], ["+"], ["-", "-"]]
    assert came[1][0] == {
        "change": "+", "paragraph": "p2", "start": 20, "end": 27, "kind": "omitted", "replacement": "",
        "reason": "word missing", "by": "example.org/press",
    }  # fmt: skip
    plain_log = json.loads(run("log", "harbour-notice", "--json").stdout)
    assert "emendations" not in plain_log["releases"][0]["versions"][2]["changed"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("blame", "hostile"),
        ("blame", "hostile", "--words"),
        ("blame", "hostile", "--json"),
        ("when", "Escape \x9b31m", "hostile"),
        ("when", "eton\u202c", "hostile", "--json"),
        ("find-quote", "Notice \u202eeton\u202c", "hostile"),
        ("find-quote", "Notice \u202eeton", "hostile"),
        ("find-quote", "1. Escape \x9b31m ⟨v1⟩ or {+\x85+} and", "hostile"),
        ("find-quote", "and", "hostile"),
        ("find-quote", "and", "hostile", "--json"),
        ("log", "hostile"),
    ],
)
def test_hostile_text(run: Run, work: Path, arguments: tuple[str, ...]) -> None:
    """No control character and no override of archived text reaches the screen, nor a mark that is not ours."""
    (work / "hostile.txt").write_bytes(HOSTILE.encode())
    for _ in range(2):
        assert run("add", "hostile.txt", "--release", "hostile", "--language", "en").exit_code == 0
    result = run(*arguments)
    assert result.exit_code in {0, 1}
    assert not set(result.stdout) & set("\x1b\x7f\x85\x9b\r\t\u2028\u202c\u202e")
    assert "--json" in arguments or "and {+" not in result.stdout
    if "--words" in arguments:
        assert "\\⟨v1⟩" in result.stdout
        assert "\\{+⟨U+0085 NEXT LINE⟩" in result.stdout


@pytest.fixture
def stamped(five: Path, founders: InitialKeys) -> Path:
    """The same with a trust root that pins an authority, and its stamp; then another version."""
    store = LocalStore(five / "archive")
    pin(store, founders, {"clock": (CLOCK, None)}, now=STAMPED)
    stamp(store, founders, authority=CLOCK.but(generated=datetime.fromtimestamp(1800000000, UTC)), now=STAMPED)
    return five


STAMPED = "2027-01-15T08:00:00Z"
PROVEN = {"time": STAMPED, "who": "clock"}


@pytest.mark.usefixtures("stamped")
def test_proven_times(run: Run) -> None:
    """Each verb of history gives the proven time of a version beside the claimed one; a newer version has none."""
    assert run("describe", "harbour-notice", "--title", "Harbour").exit_code == 0
    said = f"proven not later than {STAMPED} (clock)"
    for arguments in (
        ("when", "closes on Monday"),
        ("when", "on Sunday"),
        ("blame", "v2"),
        ("find-quote", "closes", "v2"),
    ):
        shown = run(*arguments).stdout
        lines = shown.splitlines()
        assert said in shown
        assert all("  logged " in lines[at + 1] for at, line in enumerate(lines) if said in line)
        assert max(map(len, lines)) <= 80
    logged = run("log", "harbour-notice").stdout
    assert logged.count(said) == 5
    assert run("log").stdout.count(said) == 5
    assert said not in run("find-quote", "closes on Monday").stdout


@pytest.mark.usefixtures("stamped")
def test_proven_times_json(run: Run) -> None:
    """The JSON of each verb has the proven time, in the shape of its schema, and no doubts."""
    shown = {
        "when": value("when", run("when", "closes on Monday", "--json")),
        "blame": value("blame", run("blame", "v2", "--json")),
        "find-quote": value("find-quote", run("find-quote", "closes", "v2", "--json")),
        "list": value("list", run("log", "harbour-notice", "--json")),
    }
    for found in shown.values():
        assert found["doubts"] == []
        assert json.dumps({"proven": PROVEN})[1:-1] in json.dumps(found)
    assert "doubts" not in value("list", run("list", "--json"))


@pytest.mark.usefixtures("stamped")
def test_stamp_that_does_not_hold(run: Run) -> None:
    """A stamp that does not verify proves nothing, and is named after all else; the exit code is that of the answer."""
    (path,) = Path("archive/log/timestamps").glob("*.tsr")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    for arguments in (("when", "on Sunday"), ("blame", "v2"), ("find-quote", "closes", "v2"), ("log", "--summary")):
        result = run(*arguments)
        assert result.exit_code == 0
        assert "proven not later" not in result.stdout
        assert result.stdout.endswith(
            f"\nproves no time, see archive verify\n  log/timestamps/{path.name}: not the file that the log names\n"
        )
    doubt = {"subject": f"log/timestamps/{path.name}", "what": "not the file that the log names"}
    assert value("when", run("when", "on Sunday", "--json"))["doubts"] == [doubt]


def test_nothing_is_loaded_without_stamps(five: Path) -> None:
    """An archive without stamps and cosignatures costs nothing: what would verify them is not even loaded."""
    code = """
import atexit, sys
atexit.register(lambda: print("muniment.verify.times" in sys.modules, file=sys.stderr))
from muniment.cli import archive
archive(["when", "Monday"])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=five, capture_output=True, text=True, check=True)
    assert (done.stderr, done.stdout.count("not later")) == ("False\n", 0)


def test_many_events(run: Run, work: Path) -> None:
    """Of many edits only their number, the first and the last are told."""
    for number in range(8):
        (work / "n.txt").write_text((work / "notice.txt").read_text().replace("Monday", f"day {number} of the week"))
        assert run("add", "n.txt", "--release", "harbour-notice").exit_code == 0
    assert "first in v1; edited 9 times, in v2 to v10" in run("blame", "harbour-notice").stdout
