"""Folders of dated files: where dates come from, what a document is, and what is told."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from muniment.errors import InputError, SourceError, UnavailableError
from muniment.importing.dated_folder import DatedFolder, Dating, names_with_dates, read_list, read_stamp
from muniment.importing.item import Item, Notice


def found(folder: Path, dating: Dating) -> tuple[list[Item], list[Notice]]:
    """What a folder yields, apart."""
    every = list(DatedFolder(folder, dating).items(None))
    return [one for one in every if isinstance(one, Item)], [one for one in every if isinstance(one, Notice)]


def fill(folder: Path, *names: str) -> Path:
    """Make files with these names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Text of {name}.\n")
    return folder


@pytest.mark.parametrize(
    ("pattern", "path", "time", "key"),
    [
        ("{document}/{date}.txt", "harbour/2022-01-30.txt", "2022-01-30", "harbour.txt"),
        ("{date}/{document}.txt", "20220130/harbour.txt", "2022-01-30", "harbour.txt"),
        ("{document}_{date}.*", "harbour_2022-01.html", "2022-01", "harbour.html"),
        ("{date} {document}", "2022 harbour.txt", "2022", "harbour.txt"),
        ("{year}/{month}/{day}/{x}", "2022/01/30/harbour.txt", "2022-01-30", "harbour.txt"),
        ("**/{x}-{date}.txt", "a/b/pier-20220130T100500Z.txt", "2022-01-30T10:05:00Z", "a/b/pier.txt"),
        ("{x:path}/{date}", "a/b/2022-01-30T10-05", "2022-01-30T10:05:00Z", "a/b"),
        ("{document}-{date}.txt", "pier-2022-01-30.txt", "2022-01-30", "pier.txt"),
        ("{document}-{date}.txt", "pier-2-2022-01.txt", "2022-01", "pier-2.txt"),
        ("{document}_{date}.txt", "pier_2022-01-30_10-05.txt", "2022-01-30T10:05:00Z", "pier.txt"),
        ("{document}{date}.txt", "pier20220130.txt", "2022-01-30", "pier.txt"),
        ("{document}-{date}.txt", "report-2021-2022.txt", "2022", "report-2021.txt"),
        ("{date}-{document}.txt", "2022-01-30-pier-2.txt", "2022-01-30", "pier-2.txt"),
        ("{date}.txt", "20220130100500.txt", "2022-01-30T10:05:00Z", "document.txt"),
    ],
)
def test_dates_from_names(tmp_path: Path, pattern: str, path: str, time: str, key: str) -> None:
    """The pattern says where the date stands; the key is what is left of the path."""
    (item,), notices = found(fill(tmp_path / "scans", path), names_with_dates(pattern, where="--dates"))

    assert (item.time, item.key, notices) == (time, key, [])
    assert item.provenance.item == path
    assert item.provenance.times[0].basis == "file-name"
    assert item.read() == f"Text of {path}.\n".encode()


@pytest.mark.parametrize("text", ["2022-13-01", "20220230", "22-01-01", "2022-01-30T25:00Z", "", "2022-1-1", "x"])
def test_what_is_no_date(text: str) -> None:
    """What is no time of the calendar is refused."""
    with pytest.raises(InputError, match="not a time"):
        read_stamp(text, where="x")


def test_times_of_the_file_system_are_never_taken(tmp_path: Path) -> None:
    """A file without a date is told, and not dated by when it was copied."""
    items, notices = found(fill(tmp_path / "a", "x.txt"), names_with_dates("{n}-{date}.txt", where=""))

    assert items == []
    assert [notice.sort for notice in notices] == ["undated", "nothing-matches"]


@pytest.mark.parametrize("date", ["2022-13-01", "2022-02-30", "20221301", "2022-99", "2022-01-01T25:00"])
def test_a_date_of_no_calendar_is_told_whole(tmp_path: Path, date: str) -> None:
    """What stands where a date should is said as it stands, also behind a hyphen."""
    _, (notice,) = found(fill(tmp_path / "a", f"harbour-{date}.txt"), names_with_dates("{n}-{date}.txt", where=""))

    assert (notice.sort, notice.what) == ("time-unreadable", f"not a time: '{date}'")


def test_a_date_that_is_none_is_missing(tmp_path: Path) -> None:
    """A name that the pattern matches with a date that does not exist is a missing state."""
    items, (notice,) = found(fill(tmp_path / "a", "x-2022-02-30.txt"), names_with_dates("x-{date}.txt", where=""))

    assert items == []
    assert (notice.sort, notice.failed) == ("time-unreadable", True)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_dates_from_a_list(tmp_path: Path, form: str) -> None:
    """A list names time, document and address of each file; what it names and is not there is missing."""
    folder = fill(tmp_path / "scans", "a.txt", "b.txt", "c.txt")
    rows = [
        {"file": "a.txt", "time": "2022-01-30", "document": "harbour", "uri": "https://example.org/a"},
        {"file": "./b.txt", "time": "20220131T100000Z"},
        {"file": "gone.txt", "time": "2022"},
    ]
    path = tmp_path / f"list.{form}"
    if form == "json":
        path.write_text(json.dumps(rows))
    else:
        lines = [",".join(row.get(name, "") for name in ("file", "time", "document", "uri")) for row in rows]
        path.write_text("\n".join(["file,time,document,uri", *lines, "", ""]))

    items, notices = found(folder, read_list(str(path)))

    assert [(item.key, item.time, item.uri) for item in items] == [
        ("harbour", "2022-01-30", "https://example.org/a"), ("b.txt", "2022-01-31T10:00:00Z", None),
    ]  # fmt: skip
    assert [(notice.sort, notice.where, notice.failed) for notice in notices] == [
        ("missing-file", "gone.txt", True), ("undated", "c.txt", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "file,time\na.txt,yesterday\n", "file,time\na.txt\n", "file,when\na.txt,2022\n", "file,time\na,2022\na,2023\n",
        '[{"file": "a"}]', '[{"file": "a", "time": 2022}]', "[1]", "[", 'file,time\n"a,2022\n',
    ],
)  # fmt: skip
def test_a_list_that_is_wrong(tmp_path: Path, text: str) -> None:
    """A list with a row that cannot be used is refused whole, with the place."""
    path = tmp_path / "list"
    path.write_text(text)
    with pytest.raises(InputError, match="list"):
        read_list(str(path))


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link is told; neither a file nor a folder elsewhere is read by one."""
    folder = fill(tmp_path / "scans", "x-2022.txt")
    fill(tmp_path / "secret", "y-2021.txt")
    (folder / "y-2021.txt").symlink_to(tmp_path / "secret" / "y-2021.txt")
    (folder / "z").symlink_to(tmp_path / "secret")

    items, notices = found(folder, names_with_dates("**/{x}-{date}.txt", where=""))

    assert [item.key for item in items] == ["x.txt"]
    assert [(notice.sort, notice.where) for notice in notices] == [
        ("symbolic-link", "y-2021.txt"),
        ("symbolic-link", "z"),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="this system has no undecodable names")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    """A name that is not UTF-8 is written with the numbers of its bytes, and read all the same."""
    (tmp_path / "scans").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "scans") + b"/caf\xe9-2022.txt")).write_text("Coffee.\n")

    (item,), _ = found(tmp_path / "scans", names_with_dates("{x}-{date}.txt", where=""))

    assert (item.key, item.read()) == ("caf\\xe9.txt", b"Coffee.\n")


def test_one_file_or_the_folder_is_gone(tmp_path: Path) -> None:
    """A file that vanishes is a bad state; where the folder is gone, the source is."""
    folder = fill(tmp_path / "scans", "x-2022.txt", "x-2023.txt")
    items, _ = found(folder, names_with_dates("x-{date}.txt", where=""))
    (folder / "x-2022.txt").unlink()

    with pytest.raises(SourceError):
        items[0].read()
    shutil.rmtree(folder)
    with pytest.raises(UnavailableError, match="the folder is gone"):
        items[1].read()


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.csv", "pier.txt,2022-01-30\n", "does not name the columns"),
        ("b.csv", "", "does not name the columns"),
        ("c.csv", "file;time\npier.txt;2022-01-30\n", "does not name the columns"),
        ("d.csv", "file,time,when\n", "does not name the columns"),
        ("e.csv", "file,time\npier.txt,2022-01-30,quay.txt\n", "more cells"),
        ("f.json", '{"file": "pier.txt", "time": "2022-01-30"}', "does not name the columns"),
        ("g.csv", "file,time,uri\npier.txt,2022,https://me:secret@example.org/\n", "name or password"),
    ],
)
def test_a_list_that_would_be_misread_is_refused(tmp_path: Path, name: str, text: str, what: str) -> None:
    """A list without a header, with cells that no column names or with a password is refused, and not taken in part."""
    (tmp_path / name).write_text(text)

    with pytest.raises(InputError, match=what) as refused:
        read_list(str(tmp_path / name))

    assert "secret" not in str(refused.value)
