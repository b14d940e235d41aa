"""The two values that extraction and the record share: a paragraph, and the name of what extracted it."""

from __future__ import annotations

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the text as received.

    Attributes:
        id: Fixed when the version is made, and signed with it: ``p16``, ``p9.1``, ``h1``, ``p16-2``.
        kind: ``heading``, ``paragraph`` or ``list-item``.
        label: The number, letter or bullet as printed, with its punctuation; None when nothing is printed.
        text: One contiguous slice of the decoded original, code points as found.
    """

    id: str
    kind: str
    label: str | None
    text: str

    def as_json(self) -> dict[str, str | None]:
        """Give the object that stands in the record."""
        return {"id": self.id, "kind": self.kind, "label": self.label, "text": self.text}

    def canonical(self) -> bytes:
        """Give the RFC 8785 form of that object: a leaf of the paragraph tree.

        By orjson because ``verify`` asks for every paragraph of every version; the tests hold it to RFC 8785.
        """
        return orjson.dumps(self.as_json())


@dataclass(frozen=True, slots=True)
class Extractor:
    """The name and version of the rules that took the text out of the original."""

    name: str
    version: str
