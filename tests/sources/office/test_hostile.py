"""Documents that are broken, or built to stop their readers: one clear error each, and nothing fetched."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from tests.sources.office.making import packed, word_file, word_parts, words

from muniment.errors import SourceError
from muniment.sources import extract, media_type_of
from muniment.sources.office import MAX_DOCUMENT
from muniment.sources.office.package import MAX_ELEMENTS, MAX_NAMES, OfficePackage, parse_part
from muniment.sources.office.word import MEDIA_TYPE

WHOLE = word_file(words("Words"))
NOTICE = Path(__file__).with_name("notice.docx").read_bytes()
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
FETCHED = "<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><w>&x;</w>"


def with_part(name: str, data: bytes | str) -> bytes:
    """A document one of whose parts is this one."""
    parts = word_parts(words("Words"))
    return packed({**parts, name: data.encode() if isinstance(data, str) else data})


def stored(body: str) -> bytes:
    """A document that is not packed, which no ratio can refuse."""
    return packed(word_parts(body), zipfile.ZIP_STORED)


def with_two() -> bytes:
    """A document with two parts of one name, of which readers see different ones."""
    return with_part("word/documenx.xml", b"<x/>").replace(b"word/documenx.xml", b"word/document.xml")


def with_bytes(old: bytes, new: bytes, data: bytes = WHOLE) -> bytes:
    """A document with other bytes in place of those that stand there once or more."""
    assert old in data
    return data.replace(old, new)


def of_size(size: int) -> bytes:
    """A document that says another size of its body, in both places where a zip says it."""
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        own = archive.getinfo("word/document.xml").file_size
    return with_bytes(struct.pack("<I", own), struct.pack("<I", size))


def marked_encrypted() -> bytes:
    """A document whose parts say in the directory that they are encrypted."""
    return with_bytes(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


def many_names() -> bytes:
    """A document of too many parts."""
    return packed({**word_parts(words("Words")), **{f"word/media/{n}.png": b"" for n in range(MAX_NAMES)}})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (NOTICE[:3000], "the document is broken or cut short"),
        (WHOLE[:-30], "the document is broken or cut short"),
        (packed({"word/document.xml": b"<x/>"}), "the Word file has no body"),
        (packed({"word/document2.xml": b"<x/>"}), "the Word file has no body"),
        (with_part("word/document.xml", "<w:document"), "a part of the document is no XML"),
        (
            with_part("word/document.xml", b"<?xml version='1.0' encoding='odd'?><a/>"),
            "a part of the document is no XML",
        ),
        (with_part("word/document.xml", b"\xff\xfe\x00"), "a part of the document is no XML"),
        (word_file(""), "the document holds no words"),
        (word_file(words("Words") + "<w:altChunk/>"), "the document has words in a part of another format"),
        (word_file(words("Words") + "<w:p><w:subDoc/></w:p>"), "the document has words in a part of another format"),
        (word_file(words("\u200b \u00a0")), "the document holds no words"),
        (with_part("../../outside", ""), "the document names a place outside of itself"),
        (with_part("/etc/passwd", ""), "the document names a place outside of itself"),
        (with_part("C:\\outside", ""), "the document names a place outside of itself"),
        (with_two(), "the document has two parts of one name"),
        (with_part("word/styles.xml", b"\0" * (65 << 20)), "a part of the document is too large unpacked"),
        (with_part("word/styles.xml", b" " * (2 << 20)), "a part of the document is too large unpacked"),
        (of_size(10), "the document is broken or cut short"),
        (of_size(100_000), "the document is broken or cut short"),
        (of_size(1 << 30), "a part of the document is too large unpacked"),
        (marked_encrypted(), "the document wants a password"),
        (many_names(), "the document has too many parts"),
        (
            with_part("word/document.xml", f"<!DOCTYPE l [<!ENTITY l0 'l'>{LAUGHS}]><l>&l9;</l>"),
            "a part of the document declares",
        ),
        (with_part("word/document.xml", FETCHED), "a part of the document declares"),
        (with_part("word/styles.xml", FETCHED), "a part of the document declares"),
        (
            with_part("docProps/core.xml", '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'),
            "a part of the document declares",
        ),
        (stored("<w:r>" * 100_000 + "</w:r>" * 100_000), "a part of the document is nested too deeply"),
        (
            stored("<w:p/>" * MAX_ELEMENTS),
            f"a part of the document is too large: expected at most {MAX_ELEMENTS} elements",
        ),
        (stored(words("Words ") * 20_001), "the text has too many paragraphs"),
        (stored(words("long words " * 100) * 2100), "the text is too large"),
        (b"PK\x03\x04" + b" " * MAX_DOCUMENT, "the document is too large"),
    ],
)
def test_refused(data: bytes, said: str) -> None:
    """It is refused in one line that says what is wrong, through the bounded process."""
    with pytest.raises(SourceError) as caught:
        extract(data, media_type=MEDIA_TYPE, where="a.docx")

    assert str(caught.value).startswith(f"a.docx: {said}"), str(caught.value)
    assert caught.value.where == "a.docx"
    assert "\n" not in str(caught.value)


def test_a_charset() -> None:
    """A document has no charset that somebody could name."""
    with pytest.raises(SourceError, match="a document has no charset"):
        extract(WHOLE, media_type=MEDIA_TYPE, charset="utf-8")


def test_odd_numbers() -> None:
    """Levels, starts and lists that are none, or absurd, stop nothing."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="x"><w:start w:val="-1"/><w:lvlText w:val="%1%9"/></w:lvl>'
        '<w:numStyleLink w:val="L"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="L"><w:basedOn w:val="L"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    body = "".join(
        words("Words", f'<w:pStyle w:val="L"/><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')
        for level in ("0", "8", "9", "99999999999", "-1", "\u0663")
    )
    found = extract(word_file(body, styles=styles, numbering=numbering), media_type=MEDIA_TYPE)
    assert [each.text for each in found.paragraphs] == ["Words"] * 6


def test_other_names() -> None:
    """What an Office file is, its parts say: one with a password, one of another program, an old one."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    for data, said in (
        (ole + "EncryptedPackage".encode("utf-16-le"), "this is an Office file that wants a password"),
        (ole, "this is an old Office file"),
        (packed({"xl/workbook.xml": b"<x/>"}), "this is an Excel file"),
        (packed({"a.txt": b"Words"}), "this is a zip file"),
    ):
        with pytest.raises(SourceError, match=said):
            media_type_of(data, where="a.docx")
    assert media_type_of(packed({"word/document2.xml": b"<x/>"})) == MEDIA_TYPE


def test_nothing_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is read into memory alone, and a relation to another place leads nowhere."""
    monkeypatch.chdir(tmp_path)
    relation = '<Relationship Id="r" Type="a/styles" TargetMode="{}" Target="{}"/>'
    roots = "".join(
        relation.format(*each) for each in (("External", "http://127.0.0.1:9/"), ("Internal", "../../../a"))
    )
    package = OfficePackage(
        with_part(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{roots}</Relationships>',
        )
    )
    assert package.related("word/document.xml") == {"styles": "a"}
    assert package.parse("a") is None
    assert list(tmp_path.iterdir()) == []


def test_attributes_and_spaces() -> None:
    """Names are those of their spaces, whatever prefix a maker gives them."""
    root = parse_part(b'<q:a xmlns:q="urn:x" q:b="1" c="2">d</q:a>', "a.xml")
    assert (root.tag, root.attrib, root.text) == ("{urn:x}a", {"{urn:x}b": "1", "c": "2"}, "d")
