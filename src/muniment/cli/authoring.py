"""Options of the verbs that write: keys, who writes and why, and the description, from options or from a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import wraps
from typing import Any, TypeVar

import click

from muniment.archive import Archive
from muniment.archive.unfinished import read_marker
from muniment.canonical import Json
from muniment.cite.genres import spell_genre
from muniment.cli.keyring import KeyFiles
from muniment.cli.memory_files import Memory
from muniment.cli.target import open_target
from muniment.cli.terminal import print_note
from muniment.dates import read_date, read_time
from muniment.description_files import MAX_SIZE, parse_description
from muniment.display import plain
from muniment.errors import InputError, MetadataError, MunimentError
from muniment.files import read_file
from muniment.record.capture import without_credentials
from muniment.store import Store
from muniment.write.recover import recover

_PLAIN = ("title", "language", "issuer", "uri", "retrieved")


@dataclass(frozen=True, slots=True)
class Members:
    """What the user said of a statement, each None where nothing was said.

    Attributes:
        file: Path of a file with a description, or ``-``.
        title: As printed.
        language: BCP 47 tag.
        issuer: Who issued it.
        issued: Date of issue in its true precision.
        issued_basis: ``stated`` or ``inferred``.
        issued_note: What the date rests on.
        genre: What kind of text it is.
        genre_basis: ``stated`` or ``inferred``.
        subject: What it is about; empty where the user gave none.
        uri: Where it was published.
        retrieved: When it was retrieved.
    """

    file: str | None = None
    title: str | None = None
    language: str | None = None
    issuer: str | None = None
    issued: str | None = None
    issued_basis: str | None = None
    issued_note: str | None = None
    genre: str | None = None
    genre_basis: str | None = None
    subject: tuple[str, ...] = ()
    uri: str | None = None
    retrieved: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return all(getattr(self, field.name) in {None, ()} for field in fields(self))

    def gather(self, moment: str) -> dict[str, Json]:
        """Put the members of the file and the options together; an option overrides the file.

        Args:
            moment: The time now, after which nothing can have been retrieved.

        Raises:
            InputError: The file cannot be read, there is a basis without a date, or a value is not what it must be.
            MetadataError: The file is no description.
        """
        metadata = _read(self.file) if self.file is not None else {}
        metadata.update({name: getattr(self, name).strip() for name in _PLAIN if getattr(self, name) is not None})
        if self.subject:
            metadata["subjects"] = list(self.subject)
        return self.complete(metadata, moment)

    def complete(self, metadata: dict[str, Json], moment: str) -> dict[str, Json]:
        """Give members the form of a record, with what the options say of date and genre.

        Raises:
            InputError: There is a basis without a date or a genre, or a value is not what it must be.
        """
        said = {"issued": self._issued(metadata.get("issued")), "genre": self._genre(metadata.get("genre"))}
        metadata = self._with_dates({**metadata, **{name: value for name, value in said.items() if value is not None}})
        self._check(metadata, moment)
        return metadata

    def _check(self, metadata: dict[str, Json], moment: str) -> None:
        """Refuse what no record should say; what is no text is for the schema to refuse."""
        issued = metadata.get("issued")
        uri, language, retrieved = (metadata.get(name) for name in ("uri", "language", "retrieved"))
        if isinstance(uri, str):
            check_uri(uri, where="--uri" if self.uri is not None else "metadata/uri")
        if isinstance(language, str):
            check_language(language, where="--language" if self.language is not None else "metadata/language")
        if isinstance(retrieved, str):
            refuse_future(retrieved, moment, where=self._where("retrieved"))
        if isinstance(issued, dict) and isinstance(said := issued.get("date"), str) and in_future(said, moment):
            what = f"issued {plain(said)} is in the future, as {moment[:10]} is today: kept as you give it"
            print_note(f"{what}")

    def _where(self, name: str, member: str = "") -> str:
        """Name the option that gave a member, or the place in the file."""
        return f"--{name}" if getattr(self, name) is not None else f"{self.file}/{member or name}"

    def _genre(self, filed: Json) -> Json:
        """Put the genre together, in the spelling of the list where it is of the list."""
        genre = {**filed} if isinstance(filed, dict) else {}
        if self.genre is not None:
            genre = {"basis": "inferred", "term": self.genre}
        if self.genre_basis is not None:
            if "term" not in genre:
                raise InputError("--genre-basis speaks of a genre", hint="give --genre WORD too")
            genre["basis"] = self.genre_basis
        if isinstance(genre.get("term"), str):
            genre["term"] = spell_genre(str(genre["term"]))
        return genre or None

    def _with_dates(self, metadata: dict[str, Json]) -> dict[str, Json]:
        """Give the dates in the form of a record; what is no text is for the schema to refuse."""
        issued, retrieved = metadata.get("issued"), metadata.get("retrieved")
        if isinstance(issued, dict) and isinstance(said := issued.get("date"), str):
            where = self._where("issued", "issued/date")
            metadata = {**metadata, "issued": {**issued, "date": read_date(said, where=where)}}
        if isinstance(retrieved, str):
            metadata = {**metadata, "retrieved": read_time(retrieved, where=self._where("retrieved"))}
        return metadata

    def _issued(self, filed: Json) -> Json:
        members = {"date": self.issued, "basis": self.issued_basis, "note": self.issued_note}
        stated = {name: value for name, value in members.items() if value is not None}
        if not stated:
            return None
        if self.issued is not None:
            return {"basis": "inferred", "note": None, **stated}
        if not isinstance(filed, dict):
            raise InputError("--issued-basis and --issued-note speak of a date", hint="give --issued DATE too")
        return {**filed, **stated}


def in_future(said: str, moment: str) -> bool:
    """Whether a date or time begins later than a day from now: so much do the calendars of places differ."""
    today = date.fromisoformat(moment[:10])
    latest = min(today, date.max - timedelta(days=1)) + timedelta(days=1)
    return (said + "-01-01")[:10] > latest.isoformat()


def refuse_future(said: str, moment: str, *, where: str) -> None:
    """Refuse that something was done at a time which is still to come.

    Raises:
        InputError: It is in the future.
    """
    if in_future(said, moment):
        raise InputError(
            "this is still to come, and cannot have been done",
            where=where,
            expected=f"a time up to now, {moment}",
            found=plain(said),
            hint="check the date, and the clock of this machine",
        )


_LANGUAGE = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
"""A tag by the grammar of RFC 5646; of its first part only the two or three letters that languages have."""


def check_language(said: str, *, where: str) -> None:
    """Refuse what is no language tag.

    Raises:
        InputError: It is not of the form of BCP 47.
    """
    if _LANGUAGE.fullmatch(said):
        return
    hyphened = said.replace("_", "-")
    better = f"write {hyphened}" if _LANGUAGE.fullmatch(hyphened) else "und where it is not known"
    raise InputError(
        "not in the form that it must have",
        where=where,
        expected="BCP 47: en, kk, pt-BR, sr-Latn or the like",
        found=plain(repr(said[:60])),
        hint=better,
    )


_URI = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+):(?P<rest>[^\s<>\"{}|\\^`]+)", re.IGNORECASE)


def check_uri(said: str, *, where: str) -> None:
    """Refuse what is no address: RFC 3986, and the letters of other alphabets that RFC 3987 lets in.

    Raises:
        InputError: It has no scheme, no host where one is needed, signs that no address has, or a name or password,
            which a record would keep for all to read.
    """
    found, what = _URI.fullmatch(said), "not an address"
    hint = "copy it from the browser"
    if any(sign.isspace() for sign in said):
        what, hint = "an address has no blanks", "write %20 for a blank"
    elif without_credentials(said) != said:
        what, hint, said = "the address holds a name or password", "leave them out", without_credentials(said)
    elif found is None and re.match(r"[a-z][a-z0-9+.-]+:", said, re.IGNORECASE) is None:
        what, hint = "an address begins with its scheme", f"write https://{plain(said[:60])}, if it is there"
    elif found is not None and (
        found["scheme"].lower() not in {"http", "https"} or re.match(r"//[^/?#]", found["rest"])
    ):
        return
    raise InputError(what, where=where, expected="such as https://example.org/news/1", found=plain(said), hint=hint)


def _read(path: str) -> dict[str, Json]:
    """Read the description in a file; what a record has no place for is said on stderr."""
    filed = parse_description(read_file(path, max_size=MAX_SIZE, kind=MetadataError), where=path)
    if filed.passed_over:
        what = f"{plain(path)} is {filed.form}; not taken from it: {plain(', '.join(filed.passed_over))}"
        print_note(f"{what}")
    return dict(filed.members)


def end_unfinished(store: Store, memory: Memory) -> bool:
    """End what an earlier writer left undone, and say in a line what became of it; gives whether there was something.

    Writing does the same by itself, and without a word.
    """
    try:
        if read_marker(store) is None:
            return False
    except MunimentError:
        return False  # whoever writes is told what is wrong with it
    with store.lock():
        done = recover(store, memory.recall)
    if done is not None:
        did = "completed" if done.completed else "removed"
        print_note(f"an unfinished addition of {plain(done.subject)} was {did} first")
    return done is not None


def tell_unfinished(store: Store) -> None:
    """Say in a line that an addition was left undone, where what the verb writes neither needs nor ends it."""
    try:
        signed = read_marker(store)
    except MunimentError:
        return  # whoever writes is told what is wrong with it
    if signed is not None:
        what = f"an addition of {plain(signed.marker.subject)} is unfinished: archive recover ends it"
        print_note(f"{what}, unless a writer is at work")


def open_to_write(memory: Memory) -> Archive:
    """Open the archive that the command works on, and end what was left undone there."""
    archive = open_target()
    return open_target() if end_unfinished(archive.store, memory) else archive


_Function = TypeVar("_Function", bound=Callable[..., None])


def dry_run_option(command: _Function) -> _Function:
    """Give ``--dry-run``."""
    said = "Show what would be signed, and write nothing; no key is needed."
    return click.option("--dry-run", is_flag=True, help=said)(command)


def key_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``--keys``, ``--key`` and ``--log-key``; the command gets them as one ``KeyFiles``."""

    @click.option("--keys", metavar="DIR", envvar="ARCHIVE_KEYS", show_envvar=True, help="Folder of the private keys.")
    @click.option(
        "--key",
        metavar="FILE",
        envvar="ARCHIVE_KEY",
        show_envvar=True,
        help="Private key for records: FILE; in ssh-agent: FILE.pub, agent or agent:SHA256:….",
    )
    @click.option("--log-key", metavar="FILE", help="Private key for the log, named in the same way.")
    @wraps(command)
    def bundled(*, keys: str | None, key: str | None, log_key: str | None, **rest: object) -> None:
        command(key_files=KeyFiles(keys, key, log_key), **rest)

    return bundled


def log_key_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``--keys`` and ``--log-key``, for what is logged and signs no record; it gives one ``KeyFiles`` too."""

    @click.option("--keys", metavar="DIR", envvar="ARCHIVE_KEYS", show_envvar=True, help="Folder of the private keys.")
    @click.option(
        "--log-key",
        metavar="FILE",
        help="Private key for the log: FILE; in ssh-agent: FILE.pub, agent or agent:SHA256:….",
    )
    @wraps(command)
    def bundled(*args: object, keys: str | None, log_key: str | None, **rest: object) -> None:
        command(*args, key_files=KeyFiles(keys, None, log_key), **rest)

    return bundled


def member_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the options that describe a statement; the command gets them as one ``Members``."""

    @click.option(
        "--metadata",
        "file",
        metavar="FILE",
        help="File with the description: JSON, YAML, CSL-JSON or Dublin Core; options override it.",
    )
    @click.option("--title", help="Title as printed.")
    @click.option("--language", metavar="TAG", help="BCP 47 tag, such as en.")
    @click.option("--issuer", help="Who issued the statement.")
    @click.option(
        "--issued", metavar="DATE", help="Date of issue, as exact as it is known: 2026, 2026-03, 3 March 2026."
    )
    @click.option(
        "--issued-basis",
        type=click.Choice(["stated", "inferred"]),
        help="stated: the statement itself says the date; inferred: you worked it out (default: inferred).",
    )
    @click.option("--issued-note", metavar="TEXT", help="Why you think so.")
    @click.option("--genre", metavar="WORD", help="What it is: press release, speech, law, … (see docs/citing.md).")
    @click.option(
        "--genre-basis",
        type=click.Choice(["stated", "inferred"]),
        help="stated: the statement itself says what it is; inferred: you say so (default: inferred).",
    )
    @click.option("--subject", metavar="TEXT", multiple=True, help="What it is about; may be repeated.")
    @click.option("--uri", help="Where the statement was published.")
    @click.option(
        "--retrieved",
        metavar="TIME",
        help="When it was retrieved from there: a date, or a time as date -Iseconds prints it.",
    )
    @wraps(command)
    def bundled(**options: object) -> None:
        members: dict[str, Any] = {name: options.pop(name) for name in Members.__slots__}
        command(members=Members(**members), **options)

    return bundled


def author_options(command: _Function) -> _Function:
    """Give ``--by`` and ``--note``."""
    by = click.option("--by", metavar="NAME", default="", help="Who makes this version (default: the archive).")
    note = click.option("--note", metavar="TEXT", help="What changes, and why.")
    return by(note(command))
