"""Word documents for tests, made part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_PARTS = ("styles", "numbering", "footnotes", "endnotes", "comments", "header1", "footer1")

STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>
 <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
"""


def words(text: str, properties: str = "") -> str:
    """A paragraph of one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def item(text: str, level: int = 0, number: int = 1) -> str:
    """A paragraph of a list."""
    return words(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(place: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def row(*cells: str) -> str:
    """A row of a table; each cell is given as its paragraphs."""
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def word_parts(body: str, *, core: str = "", **more: str) -> dict[str, bytes]:
    """The parts of a document, by name; what is given of others stands inside of their root."""
    more = {"styles": STYLES, **more}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{name.rstrip("1")}+xml"/>' for name in more
    )
    relations = "".join(
        f'<Relationship Id="r{name}" Type="{_KINDS}/{name.rstrip("1")}" Target="{name}.xml"/>' for name in more
    )
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
        f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_KINDS}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</cp:coreProperties>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    roots = {"styles": "styles", "numbering": "numbering", "header1": "hdr", "footer1": "ftr"}
    for name, text in more.items():
        tag = roots.get(name, name)
        texts[f"word/{name}.xml"] = f'<w:{tag} xmlns:w="{WORD}">{text}</w:{tag}>'
    return {name: text.encode() for name, text in texts.items()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of parts, the same bytes each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def word_file(body: str, *, core: str = "", **more: str) -> bytes:
    """A document."""
    return packed(word_parts(body, core=core, **more))


def lists(*kinds: str, numbers: str = "") -> str:
    """The part ``numbering``: each list with a number of its own, from 1, and further numbers."""
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{place}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        for place, levels in enumerate(kinds)
    )
    own = "".join(
        f'<w:num w:numId="{place + 1}"><w:abstractNumId w:val="{place}"/></w:num>' for place in range(len(kinds))
    )
    return abstract + own + numbers


_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_OPEN_SPACES = " ".join(
    (
        *(f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "text", "table", "style", "manifest", "meta")),
        f'xmlns:draw="{_OASIS}:drawing:1.0"',
        f'xmlns:svg="{_OASIS}:svg-compatible:1.0"',
        'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"',
    )
)


def open_parts(body: str, *, own: str = "", styles: str = "", margins: str = "", meta: str = "") -> dict[str, bytes]:
    """The parts of an OpenDocument text, by name."""
    texts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": f"<manifest:manifest {_OPEN_SPACES}/>",
        "meta.xml": f"<office:document-meta {_OPEN_SPACES}><office:meta>{meta}</office:meta></office:document-meta>",
        "styles.xml": f"<office:document-styles {_OPEN_SPACES}><office:styles>{styles}</office:styles>"
        f'<office:master-styles><style:master-page style:name="S">{margins}</style:master-page></office:master-styles>'
        "</office:document-styles>",
        "content.xml": f"<office:document-content {_OPEN_SPACES}><office:automatic-styles>{own}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
    }
    return {name: text.encode() for name, text in texts.items()}


def open_file(body: str, *, own: str = "", styles: str = "", margins: str = "", meta: str = "") -> bytes:
    """An OpenDocument text; its kind stands in its first bytes."""
    return packed(open_parts(body, own=own, styles=styles, margins=margins, meta=meta), zipfile.ZIP_STORED)
