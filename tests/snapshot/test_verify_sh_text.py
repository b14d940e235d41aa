"""``verify.sh`` on hostile text: read to its end by every awk, and shown so that a terminal comes to no harm."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.snapshot.test_verify_sh import TOOLS, folder_of, run, unzip
from tests.snapshot.test_verify_sh_tools import AWKS, with_awk

from muniment.canonical import MAX_SIZE
from muniment.export.snapshot import Snapshot

if TYPE_CHECKING:
    from tests.snapshot.conftest import World

TEXTS = {
    "a paragraph in quotation marks": 'Harbour notice\n\n"The harbour is closed", the harbour master said.\n',
    "a mark alone": 'Harbour notice\n\n"\n\n1. "\n',
    "marks alone": "Harbour notice\n\n" + '"' * 999 + "\n",
    "backslashes before a mark": 'Harbour notice\n\n\\"\\\\"\\\\\\" closed \\\n',
    "backslashes alone": "Harbour notice\n\n" + "\\" * 2049 + "\n",
    "a mark at each end of a line of 512": "Harbour notice\n\n" + 'x"' * 1000 + "\n\n" + "yy\\" * 700 + "\n",
    "brackets and colons": 'Harbour notice\n\n{"paragraphs":[{"id":"p9"}]},"title":"other"\n',
    "tabs and turns": "Harbour notice\n\na\tb \u202ec\u2066 \\u001b[2J\n",
}
"""Statements that somebody could publish."""


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_quotation_marks_for_the_shell(world_of: Callable[..., World], tmp_path: Path, text: str, awk: str) -> None:
    """Whatever marks and backslashes a publisher writes, a snapshot of them verifies with each awk."""
    done = run(unzip(world_of(text).snapshot(), tmp_path), with_awk(tmp_path, awk))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


MEGABYTES = {
    "marks": '{"paragraphs":[{"text":"' + '\\"' * 2_000_000 + '"}]}',
    "backslashes": '{"title":"a","text":"' + "\\\\" * 2_000_000 + '"}',
    "paragraphs": '{"paragraphs":[' + '{"id":"p1","text":"\\"x"},' * 160_000 + "0]}",
    "nested": '{"x":[' + ('{"a":' * 60 + "1" + "}" * 60 + ",") * 11_000 + "0]}",
    "one word": '{"text":"' + "x" * 4_000_000 + '"}',
    "a long title": '{"title":"' + "x" * 4_000_000 + '"}',
    "deep": "[" * 4_000_000,
    "too large": '{"text":"' + "x" * 8_000_000 + '"}',
}


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("record", MEGABYTES.values(), ids=MEGABYTES.keys())
def test_megabytes_for_the_shell(snapshot: Snapshot, tmp_path: Path, record: str, awk: str) -> None:
    """Four megabytes of the worst that a record can hold are read to their end; a quadratic reader never gets there."""
    bag, path = unzip(snapshot, tmp_path), with_awk(tmp_path, awk)
    (bag / "data/record.json").write_text(record, encoding="utf-8")
    done = run(bag, path)
    assert (done.returncode, done.stderr) == (1, "")
    found_by = "1 layout" if len(record) > MAX_SIZE else "2 fixity"
    assert f"FAILED {found_by}: data/record.json" in done.stdout


TITLES = {
    '\\"Sorry\\", he said': '"Sorry", he said',
    "\\u001b[2J\\u0007": "\\u001b[2J\\u0007",
    "a\\\\b\\n": "a\\\\b\\n",
    "%s %d \\\\n": "%s %d \\\\n",
    "a\u202eb\u2066c\u200bd": "a<U+202E>b<U+2066>c<U+200B>d",
    "a\x7fb\x9bc\u00add": "a<U+007F>b<U+009B>c<U+00AD>d",
    "\U000e0041\ufeff\u3164": "<U+E0041><U+FEFF><U+3164>",
}
"""Titles as they stand in JSON, and as they are shown."""


def title_of(printed: str) -> str:
    """The title that was printed, without the breaks."""
    found = re.search(r"^title    (.*(?:\n         .*)*)", printed, re.MULTILINE)
    assert found is not None, printed
    return found[1].replace("\n         ", "")


@pytest.mark.parametrize("awk", AWKS)
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_titles_in_a_terminal(snapshot: Snapshot, tmp_path: Path, locale: str, awk: str) -> None:
    """Escapes, controls and what turns or hides words are shown by their names, in every locale."""
    bag, path = unzip(snapshot, tmp_path), with_awk(tmp_path, awk)
    for written, shown in TITLES.items():
        (bag / "data/record.json").write_text(f'{{"title":"{written}"}}', encoding="utf-8")
        done = run(bag, path, LANG=locale)
        assert title_of(done.stdout) == shown
        assert not re.search(r"[^\n -~]", done.stdout)


def test_letters_of_other_scripts(snapshot: Snapshot, tmp_path: Path) -> None:
    """A title in other letters is shown as it is where the terminal takes UTF-8, and by code point elsewhere."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    title = "Мәлімдеме 声明 déclaration \U0001f6a2"
    (bag / "data/record.json").write_text(f'{{"title":"{title}"}}', encoding="utf-8")
    for done in (
        run(bag, path, LANG="C.UTF-8"),
        run(bag, path, LC_ALL="en_GB.utf8"),
        run(bag, path, LC_CTYPE="C.UTF-8"),
    ):
        assert title_of(done.stdout) == title
    plain = run(bag, path, LANG="en_GB.ISO-8859-1").stdout
    assert plain.isascii()
    assert "<U+0424>" not in title_of(plain)
    assert "<U+041C><U+04D9>" in title_of(plain)


def test_bytes_that_are_not_utf_8(snapshot: Snapshot, tmp_path: Path) -> None:
    """Bytes that are no text are shown as numbers: overlong, cut, surrogates, beyond Unicode."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    for wrong in (
        b"\xc0\x9b",
        b"\xe0\x80\x9b",
        b"\xed\xa0\x80",
        b"\xf5\x80\x80\x80",
        b"\xf4\x90\x80\x80",
        b"\xc3",
        b"\x9b",
    ):
        (bag / "data/record.json").write_bytes(b'{"title":"' + wrong + b'"}')
        shown = title_of(run(bag, path, LANG="C.UTF-8").stdout)
        assert re.fullmatch(r"(<[0-9A-F]{2}>|<U\+D800>)+", shown), (wrong, shown)


def test_eighty_columns(snapshot: Snapshot, tmp_path: Path) -> None:
    """Nothing that is printed on a good snapshot is wider than 80 columns, however long its title is."""
    bag, path = unzip(snapshot, tmp_path), folder_of(tmp_path, *TOOLS)
    assert max(map(len, run(bag, path).stdout.splitlines())) <= 80
    (bag / "data/record.json").write_text('{"title":"' + "long \u202e" * 160 + '"}', encoding="utf-8")
    head = run(bag, path).stdout.split("\nrecord ")[0]
    assert max(map(len, head.splitlines())) <= 80
