"""Every verb that reads, over an archive on a web server; and none that writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.published import published

from muniment.cli.buckets import open_address
from muniment.cli.target import place_of
from muniment.errors import InputError

NOBODY = "https://press.example.org"


@pytest.fixture
def address(work: Path) -> Iterator[str]:
    """The archive of the test on a web server."""
    with published(work) as top:
        yield f"{top}/archive"


READING = (
    ("list",), ("log",), ("show", "v1"), ("diff", "v1", "v2"), ("cite", "v2"), ("blame", "v2"), ("when", "harbour"),
    ("verify", "harbour-notice/v2", "--no-memory"),
)  # fmt: skip


@pytest.mark.parametrize("verb", READING, ids=" ".join)
def test_what_is_read_is_the_archive(run: Run, address: str, verb: tuple[str, ...]) -> None:
    """Each verb that reads says of the archive on the server what it says of the folder, to the byte."""
    here, there = run(*verb), run("--archive", address, *verb)
    assert (there.exit_code, there.stderr) == (here.exit_code, here.stderr) == (0, "")
    assert there.stdout == here.stdout


def test_it_is_verified_exported_and_copied(run: Run, work: Path, address: str) -> None:
    """An address alone is verified; a snapshot of it and a copy of it are those of the folder."""
    assert "Authentic" in run("verify", address).stdout
    for archive, name in (("archive", "here.zip"), (address, "there.zip")):
        assert run("--archive", archive, "export", "v2", "-o", name).exit_code == 0
    assert (work / "here.zip").read_bytes() == (work / "there.zip").read_bytes()
    copied = run("copy", address, "copied")
    assert (copied.exit_code, copied.stderr) == (0, "")
    assert run("verify", "copied", "--against", "archive").exit_code == 0


def test_a_changed_byte_is_found(run: Run, work: Path, address: str) -> None:
    """What was changed on the server fails, as it does in a folder."""
    path = next((work / "archive/releases").rglob("v1/content/record.json"))
    path.write_bytes(path.read_bytes().replace(b"harbour", b"harbor!", 1))
    assert _verified(run, "archive", 1) == _verified(run, address, 1)


@pytest.mark.parametrize("jobs", ["1", "8"])
def test_the_whole_is_verified(run: Run, address: str, jobs: str) -> None:
    """A whole verification says of the archive on the server what it says of the folder, but for its name."""
    assert _verified(run, "archive", 0) == _verified(run, address, 0, "--jobs", jobs)


def _verified(run: Run, name: str, exit_code: int, *options: str) -> dict[str, object]:
    result = run("verify", name, "--json", "--no-memory", *options)
    assert (result.exit_code, result.stderr) == (exit_code, "")
    value: dict[str, object] = json.loads(result.stdout)
    assert value.pop("subject") == name
    return value


@pytest.mark.parametrize(
    "verb",
    [
        ("add", "more.txt", "--release", "quay"),
        ("emend", "v1", "edit.json"),
        ("recover",),
        ("withdraw", "v1", "--reason", "x"),
    ],
    ids=" ".join,
)
def test_nothing_is_written(run: Run, work: Path, address: str, verb: tuple[str, ...]) -> None:
    """A verb that would write is refused in one line, and the archive stays as it is."""
    (work / "more.txt").write_text("Notice\n\n1. It opens.\n", "utf-8")
    (work / "edit.json").write_text("{}", "utf-8")
    before = {path: path.read_bytes() for path in (work / "archive").rglob("*") if path.is_file()}
    result = run("--archive", address, *verb)
    assert result.exit_code in {2, 3}
    assert result.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in (work / "archive").rglob("*") if path.is_file()} == before


def test_a_place_to_write_to(run: Run, address: str) -> None:
    """Neither a new archive nor a copy is made there, and nothing is asked."""
    page = f"{NOBODY}/archive?v=2"
    making = [("init", place, "--origin", "example.org/a", "--keys", "k") for place in (address, page)]
    for verb in (*making, ("copy", "archive", address), ("copy", "archive", page)):
        result = run(*verb)
        assert (result.exit_code, "on a web server an archive can only be read" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://press.example.org/archive", "http://press.example.org/archive"),
        ("https://me:secret@press.example.org/archive", "https://…press.example.org/archive"),
        ("https://me:a/secret@press.example.org/archive", "https://…press.example.org/archive"),
        ("https://me:a@secret@press.example.org/archive", "https://…press.example.org/archive"),
        ("https://me:a?secret@press.example.org/archive", "https://…"),
        ("https://press.example.org/archive?a=secret", "https://press.example.org/archive…"),
        ("https://press.example.org/archive#secret", "https://press.example.org/archive…"),
        ("https:///archive", "https:///archive"),
        ("https://press.example.org:99999/archive", "https://press.example.org:99999/archive"),
    ],
)
def test_addresses_that_are_none(address: str, shown: str) -> None:
    """Without TLS, with a name and password, without a host: each is refused, and no secret is printed."""
    with pytest.raises(InputError) as error:
        open_address(address)
    assert error.value.where == shown


SECRETS = (
    "https://me:SECRET@h.example/a",
    "HTTPS://me:a/SECRET@h.example/a",
    "https://h.example/a?sig=SECRET",
    "S3://k:a/SECRET@b/a",
)


@pytest.mark.parametrize("address", SECRETS)
@pytest.mark.parametrize(
    "verb",
    [
        ("--archive", "ADDRESS", "list"),
        ("copy", "ADDRESS", "there"),
        ("copy", "archive", "ADDRESS"),
        ("init", "ADDRESS", "--origin", "example.org/b", "--keys", "k"),
        ("recover", "--archive", "archive", "--from", "ADDRESS"),
        ("verify", "--archive", "archive", "--since", "ADDRESS"),
        ("verify", "ADDRESS"),
    ],
)
def test_no_secret_of_an_address_is_printed(run: Run, work: Path, verb: tuple[str, ...], address: str) -> None:
    """Wherever an address stands that is refused, its password or its query is not said, and it becomes no folder."""
    before = {path.name for path in work.iterdir()}
    result = run(*(word.replace("ADDRESS", address) for word in verb))
    assert result.exit_code in {2, 3}
    assert (result.stderr.count("\n"), "SECRET" in result.output + result.stderr) == (1, False)
    assert {path.name for path in work.iterdir()} == before


@pytest.mark.parametrize("name", ["S3://bucket/a", "gcs://bucket/a", "file:///tmp/a"])
def test_an_address_of_another_kind_becomes_no_folder(run: Run, work: Path, name: str) -> None:
    """A copy that was meant for a bucket does not land in a folder of this machine unseen."""
    before = {path.name for path in work.iterdir()}
    result = run("copy", "archive", name)
    assert (result.exit_code, "not the address of a place to write to" in result.stderr) == (2, True)
    assert {path.name for path in work.iterdir()} == before


def test_the_address_of_a_page_is_no_archive() -> None:
    """An address with a fragment, a query or a hash is that of a citation, as it was."""
    archives = [f"{NOBODY}/archive", "http://127.0.0.1:8000/archive/", "s3://bucket/prefix"]
    pages = [f"{NOBODY}/a#p16", f"{NOBODY}/a?v=2", f"{NOBODY}/{64 * 'a'}", f"Notice, {NOBODY}/archive"]
    assert [isinstance(place_of(name), str) for name in (*archives, *pages)] == [True] * 3 + [False] * 4
