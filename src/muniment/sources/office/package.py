"""The parts of a document that is a zip, within limits: no part is unpacked into a file, none is larger than it says.

A zip can hold far more than it weighs, name places outside of it, or hold two parts of one name, of which readers see
different ones.  All of that is refused before a part is parsed.  Parts are parsed without document types, so that no
entity is ever expanded or fetched.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from muniment.errors import SourceError

if TYPE_CHECKING:
    from typing import NoReturn

MAX_NAMES: Final = 2000
MAX_MEMBER: Final = 64 * 1024 * 1024
"""Bytes of one part, unpacked."""
MAX_RATIO: Final = 200
"""How many times larger than packed a part may be, above a mebibyte."""
MAX_DEPTH: Final = 512
"""Elements inside of each other."""
MAX_ELEMENTS: Final = 1_000_000
_UNJUDGED: Final = 1024 * 1024
_ENCRYPTED: Final = 1  # bit of the flags of a part
_METHODS: Final = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_RELATIONSHIP: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# Strict documents have other names for the same vocabularies.
_SAME: Final = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/officeDocument/math": "http://schemas.openxmlformats.org/officeDocument/2006/math",
}
_SAVE: Final = "it is built to stop readers, or broken; save its text and add that"


class OfficePackage:
    """A document that is a zip of parts."""

    def __init__(self, data: bytes, *, where: str = "") -> None:
        self._where = where
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise self._broken(error) from error
        members = self._file.infolist()
        if len(members) > MAX_NAMES:
            raise SourceError(
                "the document has too many parts",
                where=where,
                expected=f"at most {MAX_NAMES}",
                found=str(len(members)),
                hint=_SAVE,
            )
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            self._admit(member)

    def _admit(self, member: zipfile.ZipInfo) -> None:
        # The name as it stands in the file: the library cuts one off at a null, and turns what parts folders.
        name = member.orig_filename
        if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/"):
            raise SourceError(
                "the document names a place outside of itself", where=self._where, found=repr(name[:80]), hint=_SAVE
            )
        if name in self._members:
            raise SourceError(
                "the document has two parts of one name", where=self._where, found=repr(name[:80]), hint=_SAVE
            )
        if member.flag_bits & _ENCRYPTED:
            self.refuse_password()
        self._members[name] = member

    def refuse_password(self) -> NoReturn:
        """Say that the document is encrypted.

        Raises:
            SourceError: Always.
        """
        raise SourceError("the document wants a password", where=self._where, hint="save it without one")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its parts."""
        return tuple(self._members)

    def parse(self, name: str) -> Element | None:
        """Give a part as a tree; None where there is no such part.

        Raises:
            SourceError: It is too large, broken, nested too deeply, or has a document type.
        """
        member = self._members.get(name)
        return None if member is None else parse_part(self._read(member), name, where=self._where)

    def related(self, name: str) -> dict[str, str]:
        """Give the parts that one refers to, by the last word of the kind of relation: ``styles``, ``numbering``."""
        folder, base = posixpath.split(name)
        root = self.parse(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, str] = {}
        for relation in root if root is not None else ():
            if relation.tag == _RELATIONSHIP and relation.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                found.setdefault(relation.get("Type", "").rpartition("/")[2], path.lstrip("/"))
        return found

    def _read(self, member: zipfile.ZipInfo) -> bytes:
        packed = max(1, member.compress_size)
        if member.file_size > MAX_MEMBER or (member.file_size > _UNJUDGED and member.file_size > MAX_RATIO * packed):
            raise SourceError(
                "a part of the document is too large unpacked",
                where=self._where,
                expected=f"at most {MAX_MEMBER} bytes, and {MAX_RATIO} times its size in the file",
                found=f"{member.filename[:80]!r}, {member.file_size} bytes from {member.compress_size}",
                hint=_SAVE,
            )
        if member.compress_type not in _METHODS:
            raise SourceError("a part of the document is packed in an unknown way", where=self._where, hint=_SAVE)
        try:
            # The library reads no more than the length that was just judged, and holds the bytes to their checksum.
            data = self._file.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise self._broken(error) from error
        if len(data) != member.file_size:
            raise self._broken("a part is shorter than it says")
        return data

    def _broken(self, error: BaseException | str) -> SourceError:
        return SourceError("the document is broken or cut short", where=self._where, found=str(error)[:80].lower())


def parse_part(data: bytes, name: str, *, where: str = "") -> Element:
    """Parse XML that has no document type, within limits.

    Raises:
        SourceError: It has one, is no XML, or is nested too deeply or too large.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    growth = _Growth(name, where)
    parser.StartDoctypeDeclHandler = growth.refuse_type
    parser.StartElementHandler = growth.start
    parser.EndElementHandler = growth.end
    parser.CharacterDataHandler = growth.builder.data
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the function takes no names
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise SourceError(
            "a part of the document is no XML", where=where, found=f"{name}: {str(error)[:80].lower()}"
        ) from error
    return growth.builder.close()


class _Growth:
    """A tree while it grows."""

    def __init__(self, name: str, where: str) -> None:
        self.builder = TreeBuilder()
        self._name = name
        self._where = where
        self._depth = self._count = 0

    def refuse_type(self, *_: object) -> None:
        """Refuse a document type, by which entities are declared and files are fetched."""
        raise SourceError(
            "a part of the document declares a document type, which no such document has",
            where=self._where,
            found=self._name,
            hint="it is built to stop readers, or to make them fetch; save its text and add that",
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS:
            deep = self._depth > MAX_DEPTH
            raise SourceError(
                "a part of the document is nested too deeply" if deep else "a part of the document is too large",
                where=self._where,
                expected=f"at most {MAX_DEPTH if deep else MAX_ELEMENTS} elements",
                found=self._name,
                hint=_SAVE,
            )
        self.builder.start(_whole_name(tag), {_whole_name(name): value for name, value in attributes.items()})

    def end(self, tag: str) -> None:
        """End an element."""
        self._depth -= 1
        self.builder.end(_whole_name(tag))


@lru_cache(maxsize=4096)
def _whole_name(name: str) -> str:
    space, parted, own = name.partition("}")
    return f"{{{_SAME.get(space, space)}}}{own}" if parted else name
