"""Terminal escapes in every printed field: a sweep over all commands and all strings of a record, so none is forgotten.

The keeper of the archive is the attacker: every key is theirs, so every record is signed, logged and opens.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.hands import EXACT, PAYLOAD, READING, UNSAFE, judge, lay, read, run
from tests.verify.forge import Piece, pieces, rebuilt, signed, statements

from muniment.archive import open_archive
from muniment.canonical import format_canonical, parse_json
from muniment.cli.app import VERBS
from muniment.digest import sha256_hex
from muniment.errors import FormatError, IntegrityError, SchemaError
from muniment.log.statement import format_statement, parse_statement
from muniment.record import Activity, Change, Emendation, Issued, Relation, read_record, record_as_json
from muniment.schema import validate
from muniment.store import MemoryStore
from muniment.trust.root import format_trust_root, parse_trust_root
from muniment.write.create import InitialKeys

Pointer = tuple[str | int, ...]


def rich(piece: Piece, change: Change) -> dict[str, Any]:
    """The record of a version with something in every field."""
    notes = [
        Emendation("p1", 0, 3, "corrected", "This", "as the poster said", "The Keeper"),
        Emendation("p2", 0, 2, "unclear", "", "smudged", "The Keeper"),
    ]
    about = replace(
        piece.record.description,
        language="en",
        issuer="The Port",
        issued=Issued("2022-01", "inferred", "from the folder"),
        abstract="Closed.",
        subjects=("harbours", "ports"),
        temporal=("2022-01",),
        relations=(Relation("replaces", "https://example.org/1"),),
        rights="Public domain",
    )
    original = replace(piece.record.original, uri="https://example.org/n", retrieved="2026-11-21")
    done = (*piece.record.provenance, Activity("describe", "The Keeper", "2026-11-22T10:00:00Z", "by hand"))
    return record_as_json(
        replace(
            piece.record,
            description=about,
            original=original,
            emendations=tuple(notes),
            provenance=done,
            change=change,
        )
    )


def leaves(value: Any, at: Pointer = ()) -> Iterator[Pointer]:  # noqa: ANN401 - JSON
    """The place of every string in a JSON value."""
    if isinstance(value, str):
        yield at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from leaves(inner, (*at, key))


def appended(value: dict[str, Any], at: Pointer, text: str) -> dict[str, Any]:
    """The value with a text appended to one of its strings."""
    copy = json.loads(json.dumps(value))
    inner = copy
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] += text
    return dict(copy)


def admitted(value: dict[str, Any], at: Pointer) -> str:
    """The hostile characters that the schema lets through at a place."""
    found = ""
    for character in PAYLOAD:
        try:
            validate("record", appended(value, at, character))
        except SchemaError:
            continue
        found += character
    return found


def hostile(
    store: MemoryStore, founders: InitialKeys, only: Container[Pointer] | None = None
) -> Iterator[tuple[Pointer, str, MemoryStore]]:
    """An archive for each string of a record that can hold anything hostile, or only for some; in v1 and v2 alike."""
    v1, v2, tide = pieces(store)
    values = [rich(v1, Change("publication", "first")), rich(v2, Change("description", "then"))]
    for at in leaves(values[0]):
        text = admitted(values[0], at) if only is None or at in only else ""
        if not text:
            continue
        forged: list[Piece] = []
        for piece, value, more in zip((v1, v2), values, (text, text[::-1] + "!"), strict=True):
            made = {**appended(value, at, more), "previous": forged[0].digest if forged else None}
            forged.append(signed(piece, founders.record, read_record(made), format_canonical(made)))
        yield at, text, rebuilt(store, [*forged, tide], founders.log)


def test_every_field_of_every_command(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path) -> None:
    """No command prints a raw control, override or invisible character, whichever field of a record holds it."""
    swept = []
    for number, (at, text, forged) in enumerate(hostile(small_archive, founders)):
        folder = lay(forged.files, tmp_path / str(number))
        for command in READING:
            read(folder, *command)
        swept.append((at[0], at[-1], len(text)))
    assert {(first, last) for first, last, _ in swept} >= {
        ("title", "title"),
        ("issuer", "issuer"),
        ("issued", "note"),
        ("change", "note"),
        ("subjects", 0),
        ("subjects", 1),
        ("rights", "rights"),
        ("abstract", "abstract"),
        ("relations", "target"),
        ("original", "uri"),
        ("provenance", "agent"),
        ("provenance", "note"),
        ("paragraphs", "id"),
        ("paragraphs", "label"),
        ("paragraphs", "text"),
        ("emendations", "replacement"),
        ("emendations", "reason"),
        ("emendations", "by"),
    }
    # Words and labels are the publisher's, so every character can stand there; elsewhere the schema lets few through.
    assert {size for first, last, size in swept if last in {"text", "label"}} == {len(PAYLOAD)}
    assert min(size for *_, size in swept) >= 1


def test_no_command_is_forgotten() -> None:
    """Every verb is swept, but for those that write, read no archive or make pages; names are swept below."""
    others = {"init", "add", "describe", "emend", "prove", "timestamp", "witness", "recover", "memory", "withdraw"}
    others |= {"reextract", "capture", "watch", "import", "copy", "index"}
    others |= {"preview"}  # swept in tests/cli/test_pages.py
    others |= {"site", "serve"}  # pages, swept in tests/site
    assert {command for command, *_ in READING} == set(VERBS) - others


def test_json_keeps_what_it_escapes(small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path) -> None:
    """In JSON every hostile character is an escape, so that nothing is lost to whoever reads it."""
    for number, (_, text, forged) in enumerate(hostile(small_archive, founders, {("title",), ("change", "note")})):
        folder = lay(forged.files, tmp_path / str(number))
        printed = read(folder, "log", "harbour", "--json").stdout
        assert text in json.dumps(json.loads(printed), ensure_ascii=False)
        assert not UNSAFE.search(printed)


@pytest.mark.parametrize("option", ["--json", "--original"])
def test_exact_bytes_are_for_pipes(
    small_archive: MemoryStore, founders: InitialKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """On a terminal even ``show --json`` and ``show --original`` are escaped."""
    monkeypatch.setattr("muniment.cli.verbs.show.is_terminal", lambda _: True)
    v1, v2, tide = pieces(small_archive)
    data = v1.original.replace(b"Monday", "Mon\u202eday\u200b\u2066".encode())
    text = {
        **record_as_json(v1.record),
        "paragraphs": [{"id": "p1", "kind": "paragraph", "label": PAYLOAD, "text": PAYLOAD}],
    }
    record = read_record(text)
    original = replace(record.original, sha256=sha256_hex(data), size=len(data))
    forged = replace(signed(v1, founders.record, replace(record, original=original)), original=data)
    folder = lay(rebuilt(small_archive, [forged, v2, tide], founders.log).files, tmp_path / "archive")
    result = read(folder, "show", "harbour/v1", option)
    assert result.exit_code == 0
    assert {"show", option} in EXACT
    assert not UNSAFE.search(result.stdout)


def test_no_statement_can_hold_any(small_archive: MemoryStore) -> None:
    """No string of a log entry takes a hostile character: its release, digests, times and names have grammars."""
    root, versions = statements(small_archive)
    for statement in (root, versions[1]):
        value = parse_json(format_statement(statement))
        assert isinstance(value, dict)
        places = [at for at in leaves(value) if at != ("archive",)]
        assert len(places) >= 3
        for at in places:
            for character in set(PAYLOAD) | {"\n"}:
                entry = format_canonical(appended(value, at, character))
                with pytest.raises(IntegrityError):
                    parse_statement(entry, where="entry")


def test_no_trust_root_can_hold_any(small_archive: MemoryStore) -> None:
    """No string of a trust root takes one either, so neither an origin nor a principal can write on the screen."""
    value = parse_json(format_trust_root(open_archive(small_archive).chain[0]))
    assert isinstance(value, dict)
    for at in leaves(value):
        for character in set(PAYLOAD) | {"\n"}:
            with pytest.raises(IntegrityError):
                parse_trust_root(format_canonical(appended(value, at, character)), where="1.json")


def test_origin_of_an_entry(small_archive: MemoryStore) -> None:
    """An entry that claims a hostile origin is refused, and the origin shown escaped."""
    root, versions = statements(small_archive)
    forged = replace(versions[0], archive=f"press.example.org/{PAYLOAD}")
    value = {**asdict(forged), "type": "version/1"}
    with pytest.raises((FormatError, SchemaError)) as caught:
        parse_statement(format_canonical(value), where="entry 1")
    assert caught.value.where.startswith("entry 1")
    assert root.archive == versions[0].archive


NAMES = [
    "\x1b[31mred",
    "\x9b2Jclear",
    "\u202egnp.exe",
    "two\nlines",
    "tab\tand\rreturn",
    "bell\x07",
    "\ud8ff".encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"),
]
COMMANDS: list[Callable[[str], tuple[str, ...]]] = [
    lambda name: (name,),
    lambda name: (f"--{name}",),
    lambda name: ("list", f"--{name}"),
    lambda name: ("list", "--archive", name),
    lambda name: ("show", name),
    lambda name: ("show", f"harbour/{name}"),
    lambda name: ("show", f"harbour#{name}"),
    lambda name: ("show", f"sha256:{name}"),
    lambda name: ("log", name),
    lambda name: ("verify", name),
    lambda name: ("verify", f"{name}.zip"),
    lambda name: ("verify", f"{name}.zip", "--json"),
    lambda name: ("verify", f"{name}.zip", "--explain"),
    lambda name: ("verify", "--root", name),
    lambda name: ("verify", "--against", name),
    lambda name: ("verify", "--jobs", name),
    lambda name: ("verify", "--evidence", f"{name}/x"),
    lambda name: ("verify", "--evidence", name),
    lambda name: ("diff", name, name),
    lambda name: ("diff", f"./{name}", f"./{name}"),
    lambda name: ("diff", f"./{name}", f"./{name}", "--json"),
    lambda name: ("diff", "harbour", f"./{name}.none"),
    lambda name: ("diff", "harbour", "harbour", "--format", name),
    lambda name: ("cite", name),
    lambda name: ("cite", "harbour", "--style", name),
    lambda name: ("prove", name),
    lambda name: ("prove", "harbour#p1", "--quote", name),
    lambda name: ("export", name),
    lambda name: ("export", "harbour", "-o", f"{name}.out"),
    lambda name: ("export", "harbour", "-o", f"{name}.out", "--json"),
    lambda name: ("export", "harbour", "-o", f"{name}/no/folder"),
    lambda name: ("preview", name),
    lambda name: ("preview", name, "--format", "html"),
    lambda name: ("preview", "-", "--name", name, "--select", name),
    lambda name: ("add", name, "--release", "x"),
    lambda name: ("add", f"{name}.none", "--release", "x"),
    lambda name: ("add", "-", "--release", name),
    lambda name: ("add", "-", "--release", "x", "--metadata", name),
    lambda name: ("add", "-", "--release", "x", "--key", name),
    lambda name: ("add", "-", "--release", "x", "--keys", name),
    lambda name: ("add", "-", "--release", "x", "--title", name, "--keys", "none"),
    lambda name: ("add", "-", "--release", "x", "--issued", name, "--keys", "none"),
    lambda name: ("describe", "harbour", "--language", name, "--keys", "none"),
    lambda name: ("emend", f"harbour#{name}", "--omit", "x", "--reason", "y", "--keys", "none"),
    lambda name: ("emend", "harbour#p1", "--omit", name, "--reason", "y", "--keys", "none"),
    lambda name: ("init", name, "--origin", name),
    lambda name: ("init", f"{name}-new", "--origin", "example.org", "--keys", f"{name}-keys"),
    lambda name: ("init", f"{name}-new", "--origin", "example.org", "--keys", f"{name}-keys", "--json"),
    lambda name: ("recover", "--archive", name),
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_on_the_command_line(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A hostile name of a file, reference, origin, key or option is printed escaped, in results and in errors."""
    monkeypatch.setenv("ARCHIVE_DIR", str(folder))
    Path(name).write_text(f"Words {PAYLOAD}\n", encoding="utf-8", errors="surrogatepass")
    Path(f"{name}.zip").write_bytes(b"PK\x03\x04" + PAYLOAD.encode())
    for make in COMMANDS:
        arguments = make(name)
        judge(run(*arguments, stdin=b"Words\n\nMore words.\n"), *arguments)


def test_variables_of_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says is printed escaped too."""
    for variable in (
        "ARCHIVE_DIR",
        "ARCHIVE_KEYS",
        "ARCHIVE_KEY",
        "ARCHIVE_MEMORY",
        "SSH_AUTH_SOCK",
        "SOURCE_DATE_EPOCH",
    ):
        with monkeypatch.context() as patch:
            patch.setenv("ARCHIVE_DIR", str(folder))
            patch.setenv("ARCHIVE_KEYS", "none")
            patch.setenv(variable, "\x1b[31m\u202e\x9b")
            for command in (
                ("verify",),
                ("list",),
                ("add", "-", "--release", "x"),
                ("init", "n", "--origin", "example.org"),
            ):
                judge(run(*command, stdin=b"Words\n"), *command)
