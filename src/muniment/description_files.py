"""A description in the forms in which people keep one: our JSON, the same in YAML, CSL-JSON, and Dublin Core in XML.

What a form says in other words is put into the members of a record; what a record has no place for is named, so that
nothing is dropped unseen.  Nothing is checked here against the schema of records: that is done when the record is made.

- JSON and YAML have the members of a record: ``title``, ``issued`` (``date``, ``basis``, ``note``), ``subjects``, ….
- CSL-JSON 1.0.2, one item: as reference managers export it.
- Dublin Core: elements of ``http://purl.org/dc/elements/1.1/`` or ``http://purl.org/dc/terms/`` anywhere in XML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from muniment.canonical import Json, parse_json
from muniment.errors import CanonicalError, MetadataError

MAX_SIZE: Final = 1024 * 1024
"""Bytes of a description."""

_HALF: Final = re.compile("[\ud800-\udfff]")
_EXAMPLE = 'for example {"title": "Notice", "language": "en"}'


@dataclass(frozen=True, slots=True)
class FiledDescription:
    """What a file says of a statement.

    Attributes:
        members: Members of a record, ``uri`` and ``retrieved``, as the file has them.
        form: ``JSON``, ``YAML``, ``CSL-JSON`` or ``Dublin Core``.
        passed_over: Names in the file that no member is for, in its order.
    """

    members: Mapping[str, Json]
    form: str
    passed_over: tuple[str, ...] = ()


def parse_description(data: bytes, *, where: str = "") -> FiledDescription:
    """Read a description; of which form it is, its bytes say.

    Args:
        data: The file, UTF-8, or for XML in the encoding that it declares.
        where: What errors name.

    Raises:
        MetadataError: It is too large, or broken, or of another form; or YAML, and its reader is not installed.
    """
    if len(data) > MAX_SIZE:
        raise MetadataError(
            "the description is too large",
            where=where,
            expected=f"at most {MAX_SIZE} bytes",
            found=f"{len(data)} bytes",
        )
    match data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]:
        case b"{" | b"[":
            return _of_json(_parse_json(data, where), where)
        case b"<":
            return _of_dublin_core(_parse_xml(data, where), where)
        case _:
            return FiledDescription(_spelled_out(_parse_yaml(data, where)), "YAML")


def _parse_json(data: bytes, where: str) -> Json:
    try:
        return parse_json(data.removeprefix(b"\xef\xbb\xbf"), where=where)
    except CanonicalError as error:
        raise error.as_(MetadataError, hint=error.hint) from error


def _of_json(value: Json, where: str) -> FiledDescription:
    """Tell a CSL-JSON item from an object of ours, which has neither a type nor an id."""
    if isinstance(value, list) and value:
        if len(value) != 1 or not isinstance(value[0], dict):
            raise MetadataError(
                "a file describes one statement",
                where=where,
                expected="a list of one item",
                found=f"{len(value)} items",
            )
        return _of_csl(value[0], where)
    if not isinstance(value, dict):
        raise MetadataError("not a JSON object", where=where, hint=_EXAMPLE)
    return _of_csl(value, where) if "type" in value or "id" in value else FiledDescription(_spelled_out(value), "JSON")


def _spelled_out(members: Mapping[str, Json]) -> dict[str, Json]:
    """Take a bare text for the date of issue, or for the genre; as with an option, it is inferred."""
    said = dict(members)
    for name, part in (("issued", "date"), ("genre", "term")):
        if isinstance(text := said.get(name), str):
            said[name] = {part: text, "basis": "inferred", "note": None}
    return said


_CSL_TEXTS: Final = {"title": "title", "language": "language", "URL": "uri", "abstract": "abstract"}
_CSL_READ: Final = {*_CSL_TEXTS, "author", "publisher", "issued", "accessed", "keyword", "genre"}
_NO_FACTS: Final = {"id", "type", "citation-key", "citation-label"}
"""What reference managers write for themselves; a type of theirs is no word for a genre."""


def _of_csl(item: Mapping[str, Json], where: str) -> FiledDescription:
    members: dict[str, Json] = {
        ours: text for theirs, ours in _CSL_TEXTS.items() if (text := _text(item.get(theirs), f"{where}/{theirs}"))
    }
    # Of a statement by an institution both are the same, and the author is whose words they are.
    issuer = _names(item.get("author"), f"{where}/author") or _text(item.get("publisher"), f"{where}/publisher")
    keywords = re.split(r"\s*[,;]\s*", _text(item.get("keyword"), f"{where}/keyword"))
    said = {
        "issuer": issuer,
        "subjects": list(dict.fromkeys(filter(None, keywords))),
        "issued": _dated(_csl_date(item.get("issued"), f"{where}/issued"), "CSL-JSON"),
        "retrieved": _csl_date(item.get("accessed"), f"{where}/accessed"),
        "genre": _named(_text(item.get("genre"), f"{where}/genre"), "CSL-JSON"),
    }
    members |= {name: value for name, value in said.items() if value}
    left = (name for name in item if name not in _CSL_READ | _NO_FACTS)
    return FiledDescription(members, "CSL-JSON", tuple(left))


def _names(value: Json, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, list) or not all(isinstance(name, dict) for name in value):
        raise MetadataError("not a list of names", where=where, hint='for example [{"literal": "Harbour Office"}]')
    return "; ".join(filter(None, (_name(name, where) for name in value if isinstance(name, dict))))


def _name(name: Mapping[str, Json], where: str) -> str:
    parts = ("literal",) if name.get("literal") else ("given", "non-dropping-particle", "family", "suffix")
    return " ".join(filter(None, (_text(name.get(part), f"{where}/{part}") for part in parts)))


def _csl_date(value: Json, where: str) -> str:
    """Read a date of CSL: ``date-parts``, or text in ``raw`` or ``literal``; of a span, no date."""
    if value is None:
        return ""
    if not isinstance(value, dict):
        raise MetadataError("not a date of CSL-JSON", where=where, hint='for example {"date-parts": [[2026, 3, 2]]}')
    dates = value.get("date-parts")
    if dates is None:
        return _text(value.get("raw"), f"{where}/raw") or _text(value.get("literal"), f"{where}/literal")
    one = dates[0] if isinstance(dates, list) and len(dates) == 1 else None
    if not isinstance(one, list) or not 1 <= len(one) <= 3:
        raise MetadataError("not one date", where=f"{where}/date-parts", expected="[[year, month, day]]")
    numbers = [str(part) for part in one]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        raise MetadataError("not one date", where=f"{where}/date-parts", expected="[[year, month, day]]")
    return "-".join([numbers[0].zfill(4), *(number.zfill(2) for number in numbers[1:])])


def _dated(date: str, form: str) -> Json:
    """Put a date of issue together: that a file says it does not mean that the statement does."""
    return {"date": date, "basis": "inferred", "note": f"From a description in {form}."} if date else None


def _named(term: str, form: str) -> Json:
    return {"term": term, "basis": "inferred", "note": f"From a description in {form}."} if term else None


def _text(value: Json, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MetadataError("not a text", where=where)
    return value.strip()


_DUBLIN_CORE: Final = ("http://purl.org/dc/elements/1.1/ ", "http://purl.org/dc/terms/ ")
_ELEMENTS: Final = {
    "title": "title",
    "creator": "issuer",
    "publisher": "issuer",
    "date": "issued",
    "issued": "issued",
    "created": "issued",
    "language": "language",
    "subject": "subjects",
    "description": "abstract",
    "abstract": "abstract",
    "rights": "rights",
    "license": "rights",
    "type": "genre",
    "identifier": "uri",
    "temporal": "temporal",
}
"""Elements, those that stand for the same member in the order in which one is preferred."""
_TYPES: Final = {"Text", "text", "Dataset", "Collection"}
"""Of the DCMI Type Vocabulary: they say nothing of a kind of statement."""
_MANY: Final = {"subjects", "temporal"}


def _of_dublin_core(found: Sequence[tuple[str, str]], where: str) -> FiledDescription:
    if not found:
        raise MetadataError(
            "no element of Dublin Core in it", where=where, expected="such as dc:title", hint="or JSON, YAML, CSL-JSON"
        )
    texts: dict[str, list[str]] = {}
    for name, text in found:
        texts.setdefault(name, []).append(text)
    members: dict[str, Json] = {}
    used: set[str] = set()
    for element, member in _ELEMENTS.items():
        said = [text for text in texts.get(element, ()) if _says(member, text)]
        if said and member not in members:
            members[member] = _as_member(member, said)
            used.add(element)
    left = [name for name in texts if name not in used or (len(texts[name]) > 1 and _ELEMENTS[name] not in _MANY)]
    return FiledDescription(members, "Dublin Core", tuple(left))


def _says(member: str, text: str) -> bool:
    """Whether a text can be that member: an identifier may be no address, and a type no genre."""
    if member == "uri":
        return re.match(r"https?://", text) is not None
    return member != "genre" or text not in _TYPES


def _as_member(member: str, said: Sequence[str]) -> Json:
    if member in _MANY:
        return list(dict.fromkeys(said))
    if member == "issued":
        return _dated(said[0], "Dublin Core")
    return _named(said[0], "Dublin Core") if member == "genre" else said[0]


def _parse_xml(data: bytes, where: str) -> list[tuple[str, str]]:
    """Give the elements of Dublin Core with their text; entities of a document's own are refused, none is fetched."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[tuple[str, str]] = []
    parts: list[str] = []

    def start(_: str, __: Mapping[str, str]) -> None:
        parts.clear()

    def end(name: str) -> None:
        space = next((space for space in _DUBLIN_CORE if name.startswith(space)), None)
        text = " ".join("".join(parts).split())
        if space is not None and text:
            found.append((name.removeprefix(space), text))
        parts.clear()

    def refuse(*_: object) -> None:
        raise MetadataError("it has a document type of its own", where=where, hint="take the DOCTYPE out")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = parts.append
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - a function of C, which names nothing
    except expat.ExpatError as error:
        what = f"not XML: {expat.ErrorString(error.code)} in line {error.lineno}"
        raise MetadataError(what, where=where) from error
    except (LookupError, ValueError) as error:
        raise MetadataError("not XML in an encoding that is known", where=where, hint="save it in UTF-8") from error
    return found


def _parse_yaml(data: bytes, where: str) -> dict[str, Json]:
    """Read YAML in which every scalar is a text: a date stays as it is written, and ``no`` is no truth value."""
    try:
        import yaml  # noqa: PLC0415 - start-up: an extra, loaded by the first file that needs it
    except ImportError as error:
        raise MetadataError(
            "neither JSON nor XML, and YAML needs an extra",
            where=where,
            hint=f"pip install 'muniment[yaml]', or write JSON: {_EXAMPLE}",
        ) from error
    try:
        node = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise MetadataError("not UTF-8", where=where, hint="save it in UTF-8") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark is not None else ""
        raise MetadataError(f"not YAML{line}", where=where, hint='title: "Notice: closed"') from error
    value = _of_node(node, where, set())
    if not isinstance(value, dict):
        raise MetadataError("not a list of members", where=where, hint="title: Notice")
    return value


def _of_node(node: Any, where: str, seen: set[int]) -> Json:  # noqa: ANN401 - a node of a library that is loaded late
    """Turn a node into JSON; what stands in two places by an alias is refused, since it can grow without bound."""
    if node is None:
        return None
    place = f"{where}, line {node.start_mark.line + 1}"
    if id(node) in seen:
        raise MetadataError("an alias", where=place, hint="write the words again")
    seen.add(id(node))
    if node.id == "scalar":
        return _whole(node.value, place) if node.value or node.style else None
    if node.id == "sequence":
        return [_of_node(item, where, seen) for item in node.value]
    members: dict[str, Json] = {}
    for key, value in node.value:
        if key.id != "scalar" or key.value in members:
            what = "a name is there twice" if key.id == "scalar" else "a name is a text"
            raise MetadataError(what, where=f"{where}, line {key.start_mark.line + 1}")
        members[_whole(key.value, place)] = _of_node(value, where, seen)
    return members


def _whole(text: str, place: str) -> str:
    if _HALF.search(text):
        raise MetadataError("half a surrogate pair, which is no sign", where=place)
    return text
