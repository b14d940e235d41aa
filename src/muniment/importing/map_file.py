"""The map file: which document is which release, and what is said of it.

A map file is TOML: an array ``rule``, each with a pattern, and templates of what is said of the documents that match.
The first rule that matches decides; a document that none matches is left out and told.  All of it is read and checked
before anything is written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, cast

from muniment.canonical import Json
from muniment.errors import InputError, MetadataError, SourceError
from muniment.files import read_file
from muniment.importing.patterns import PathPattern, Template, make_release_id, parse_pattern, parse_template, parts_of
from muniment.ingest import check_description
from muniment.record.capture import without_credentials
from muniment.sources import media_type_of
from muniment.sources.html.charset import find_page_charset
from muniment.sources.plain_text import find_charset

MAX_MAP: Final = 4 * 1024 * 1024
"""Bytes of a map file, at most."""

_TEXTS: Final = ("title", "issuer", "language", "rights", "abstract", "uri", "genre", "media_type", "charset")
_RELATIONS: Final = {
    "continues": "continues", "replaces": "replaces", "translation_of": "translation-of", "part_of": "part-of",
}  # fmt: skip
_MEMBERS: Final = ("match", "release", "leave_out", "subjects", *_TEXTS, *_RELATIONS)


@dataclass(frozen=True, slots=True)
class MapRule:
    """One rule.

    Attributes:
        number: Counted from 1, as it stands in the file.
        pattern: Which documents it is about.
        release: Makes the release id; None for that of the path.
        texts: What is said of them, by member.
        subjects: What they are about.
        relations: Relation and target.
        leaves_out: Whether such documents are not imported.
    """

    number: int
    pattern: PathPattern
    release: Template | None = None
    texts: Mapping[str, Template] = field(default_factory=dict)
    subjects: tuple[Template, ...] = ()
    relations: tuple[tuple[str, Template], ...] = ()
    leaves_out: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """What becomes of a document.

    Attributes:
        key: The document.
        release: Its release.
        metadata: What is said of it, as members of a description and of the original.
        media_type: Where a rule names one.
        charset: Where a rule names one.
        rule: Number of the rule; 0 where there is no map file.
    """

    key: str
    release: str
    metadata: Mapping[str, Json] = field(default_factory=dict)
    media_type: str | None = None
    charset: str | None = None
    rule: int = 0


@dataclass(frozen=True, slots=True)
class ImportMap:
    """How documents become releases.

    Attributes:
        rules: Of the map file, in order; none where there is no such file.
        template: Makes the id of a release where no rule does; None for the path without its suffix.
        where: Name of the map file; empty for none.
    """

    rules: tuple[MapRule, ...] = ()
    template: Template | None = None
    where: str = ""

    def find(self, key: str) -> Mapped | None:
        """Say what becomes of a document; None where it is left out.

        Raises:
            InputError: No release id can be made of it, or what a rule says of it is no description.
        """
        if not self.where:
            return Mapped(key, make_release_id(_fill(self.template, parts_of(key)), where=key))
        for rule in self.rules:
            parts = rule.pattern.parts(key)
            if parts is not None:
                return None if rule.leaves_out else self._apply(rule, key, parts)
        return None

    def _apply(self, rule: MapRule, key: str, parts: Mapping[str, str]) -> Mapped:
        place = f"{self.where}, rule {rule.number}"
        texts = {name: template.fill(parts) for name, template in rule.texts.items()}
        media_type, charset = texts.pop("media_type", None), texts.pop("charset", None)
        _check_reading(media_type, charset, key, place)
        metadata: dict[str, Json] = {name: text for name, text in texts.items() if name != "genre"}
        if "genre" in texts:
            metadata["genre"] = {"term": texts["genre"], "basis": "inferred", "note": None}
        if rule.subjects:
            metadata["subjects"] = [template.fill(parts) for template in rule.subjects]
        if rule.relations:
            metadata["relations"] = [
                {"relation": name, "target": template.fill(parts)} for name, template in rule.relations
            ]
        try:
            check_description(metadata, where=place)
        except MetadataError as error:
            error.found = f"{error.found}, of {key}" if error.found else f"nothing, of {key}"
            raise
        uri = texts.get("uri", "")
        if without_credentials(uri) != uri:
            what, hint = "the address holds a name or password", "leave them out: all can read a record"
            raise InputError(what, where=f"{place}: uri", found=f"{without_credentials(uri)[:80]}, of {key}", hint=hint)
        template = rule.release or self.template
        # Of a path that no id can be made of, the rule is not at fault: a new file must not end the import of all.
        own = template is None or template.names()
        release = make_release_id(_fill(template, parts), where=key if own else f"{place}: {key}")
        return Mapped(key, release, metadata, media_type, charset, rule.number)


def _check_reading(media_type: str | None, charset: str | None, key: str, place: str) -> None:
    """See that a medium and a charset that a rule names are read here.

    Raises:
        SourceError: One of them is not.
    """
    try:
        media_type_of(b"", media_type, where=f"{place}: media_type")
        if charset is not None:
            with suppress(SourceError):
                find_page_charset(charset)
                return
            find_charset(charset, where=f"{place}: charset")
    except SourceError as error:
        error.found = f"{error.found}, of {key}"
        raise


def _fill(template: Template | None, parts: Mapping[str, str]) -> str:
    if template is not None:
        return template.fill(parts)
    path = parts["path"].partition("://")[2] or parts["path"]
    suffix = f".{parts['suffix']}" if parts["suffix"] and "://" not in parts["path"] else ""
    return path.removesuffix(suffix)


def read_map(path: str) -> ImportMap:
    """Read a map file.

    Raises:
        InputError: It cannot be read, or has what cannot be used.
    """
    return parse_map(read_file(path, max_size=MAX_MAP), where=path)


def parse_map(data: bytes, *, where: str) -> ImportMap:
    """Read the bytes of a map file; errors are those of ``read_map``."""
    try:
        value = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError("the map file is not UTF-8", where=where) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError("the map file is not TOML", where=where, found=str(error)[:200]) from error
    unknown = sorted(value.keys() - {"rule"})
    if unknown:
        raise InputError("unknown member", where=f"{where}: {unknown[0]}", expected="[[rule]] alone")
    rules = value.get("rule")
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        raise InputError("the map file has no rule", where=where, expected='[[rule]] with match = "…"')
    return ImportMap(tuple(_rule(number, rule, where) for number, rule in enumerate(rules, 1)), None, where)


def _rule(number: int, value: Mapping[str, object], where: str) -> MapRule:
    place = f"{where}, rule {number}"
    unknown = sorted(value.keys() - set(_MEMBERS))
    if unknown:
        raise InputError("unknown member", where=f"{place}: {unknown[0]}", expected=", ".join(_MEMBERS))
    leaves_out = value.get("leave_out", False)
    if not isinstance(leaves_out, bool):
        raise InputError("not true or false", where=f"{place}: leave_out")
    if leaves_out and value.keys() - {"match", "leave_out"}:
        raise InputError("a rule that leaves out says nothing else", where=place)
    pattern = parse_pattern(_text(value.get("match"), f"{place}: match"), where=f"{place}: match")
    known = frozenset(pattern.rule.groupindex)

    def template(member: str, given: object) -> Template:
        return parse_template(_text(given, f"{place}: {member}"), known, where=f"{place}: {member}")

    subjects = value.get("subjects", [])
    if not isinstance(subjects, list):
        raise InputError("not a list of texts", where=f"{place}: subjects")
    return MapRule(
        number,
        pattern,
        template("release", value["release"]) if "release" in value else None,
        {name: template(name, value[name]) for name in _TEXTS if name in value},
        tuple(template("subjects", subject) for subject in subjects),
        tuple(
            (relation, template(name, target))
            for name, relation in _RELATIONS.items()
            for target in _several(value.get(name, []))
        ),
        leaves_out,
    )


def _several(value: object) -> Iterable[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError("not a text", where=where, expected='such as "{folder}-{stem}"')
    return value
