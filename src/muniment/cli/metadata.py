"""Metadata from options and from a JSON file."""

from __future__ import annotations

from dataclasses import dataclass, fields

from muniment.canonical import Json, parse_json
from muniment.errors import CanonicalError, InputError, MetadataError
from muniment.files import read_file

_MAX_SIZE = 1024 * 1024
_PLAIN = ("title", "language", "issuer", "uri", "retrieved")


@dataclass(frozen=True, slots=True)
class Members:
    """What the user said of a statement, each None where nothing was said.

    Attributes:
        file: Path of a JSON object of members, or ``-``.
        title: As printed.
        language: BCP 47 tag.
        issuer: Who issued it.
        issued: Date of issue in its true precision.
        issued_basis: ``stated`` or ``inferred``.
        issued_note: What the date rests on.
        subject: What it is about; empty where nothing was said.
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
    subject: tuple[str, ...] = ()
    uri: str | None = None
    retrieved: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return all(getattr(self, field.name) in {None, ()} for field in fields(self))

    def gather(self) -> dict[str, Json]:
        """Put the members of the file and the options together; an option overrides the file.

        Raises:
            InputError: The file cannot be read, or there is a basis without a date.
            MetadataError: The file is not one strict JSON object.
        """
        metadata = _read(self.file) if self.file is not None else {}
        metadata.update({name: getattr(self, name) for name in _PLAIN if getattr(self, name) is not None})
        if self.subject:
            metadata["subjects"] = list(self.subject)
        issued = self._issued(metadata.get("issued"))
        return metadata if issued is None else {**metadata, "issued": issued}

    def _issued(self, filed: Json) -> Json:
        said = {"date": self.issued, "basis": self.issued_basis, "note": self.issued_note}
        given = {name: value for name, value in said.items() if value is not None}
        if not given:
            return None
        if self.issued is not None:
            return {"basis": "inferred", "note": None, **given}
        if not isinstance(filed, dict):
            raise InputError("--issued-basis and --issued-note speak of a date", hint="give --issued DATE too")
        return {**filed, **given}


def _read(path: str) -> dict[str, Json]:
    data = read_file(path, max_size=_MAX_SIZE, kind=MetadataError)
    try:
        value = parse_json(data, where=path)
    except CanonicalError as error:
        raise MetadataError(
            error.what, where=error.where, expected=error.expected, found=error.found, hint=error.hint
        ) from error
    if not isinstance(value, dict):
        raise MetadataError("not a JSON object", where=path, hint='for example {"title": "Notice", "language": "en"}')
    return value
