"""What would be taken of a file, as JSON for other programs (``docs/format.md``, section 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from muniment.schema import parse_public

if TYPE_CHECKING:
    from muniment.canonical import Json
    from muniment.sources.adapter import Extraction

_FORMAT: Final = "muniment-preview/1"


def preview_as_json(extraction: Extraction) -> dict[str, object]:
    """Give the JSON value (``schemas/preview.schema.json``)."""
    choices = extraction.extractor.parameters
    return {
        "format": _FORMAT,
        "media_type": extraction.media_type,
        "charset": extraction.charset,
        "engine": extraction.extractor.engine,
        "parameters": None if choices is None else choices.as_json(),
        "words": {"taken": extraction.words, "left_out": extraction.words_left_out},
        "stated": [{"member": fact.member, "value": fact.value, "place": fact.place} for fact in extraction.facts],
        "paragraphs": [paragraph.as_json() for paragraph in extraction.paragraphs],
        "left_out": [part.text for part in extraction.outline if not part.taken],
    }


def parse_preview(data: bytes, *, where: str = "") -> dict[str, Json]:
    """Read what ``preview_as_json`` gave, strictly.

    Raises:
        CanonicalError: It is not strict JSON.
        FormatError: It is of another format.
        SchemaError: It does not keep to the schema.
    """
    return parse_public("preview", _FORMAT, data, where=where)
