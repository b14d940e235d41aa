"""The document of a browser as an original: how it is written down, and what is known of that.

Its form, ``muniment-document/1``: a byte order mark, so that its bytes are UTF-8 for every reader, whatever charset the
page names; then the children of the document in their order, a line feed between them: the document type, comments,
and the root element as HTML (HTML Standard, section 13.3).  Open shadow roots are templates in it, as that section has
them.  What is in frames, in closed shadow roots and in fields of forms is not in it.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from muniment.digest import sha256_hex
from muniment.errors import InputError, SourceError
from muniment.record.capture import PlainAnswer, Rendering
from muniment.sources.warc import Unpacked
from muniment.sources.web.visit import MAX_PAYLOAD

PAGE: Final = "text/html"
"""Of what medium an answer must be that a browser is given."""

# It runs in a world of its own, where the scripts of the page have changed nothing.
SERIALISE: Final = (
    """(() => {
  const roots = [];
  const look = (under) => {
    for (const element of under.querySelectorAll("*")) {
      if (element.shadowRoot) { roots.push(element.shadowRoot); look(element.shadowRoot); }
    }
  };
  look(document);
  const type = (node) => {
    const key = node.publicId ? ` PUBLIC "${node.publicId}"` : node.systemId ? " SYSTEM" : "";
    return `<!DOCTYPE ${node.name}${key}${node.systemId ? ` "${node.systemId}"` : ""}>`;
  };
  const write = (node) => {
    if (node.nodeType === 10) return type(node);
    if (node.nodeType === 8) return `<!--${node.data}-->`;
    if (node.nodeType !== 1) return "";
    const tags = node.cloneNode(false).outerHTML, end = `</${node.localName}>`;
    return tags.slice(0, tags.length - end.length) + node.getHTML({shadowRoots: roots}) + end;
  };
  const text = [...document.childNodes].map(write).join("\\n");
  return {
    text: text.length > MOST ? null : text.toWellFormed(),
    type: document.contentType,
    frames: document.querySelectorAll("iframe, frame, object, embed").length,
    roots: roots.length,
  };
})()"""
).replace("MOST", str(MAX_PAYLOAD))
"""What a browser is told to evaluate."""


def read_document(value: Mapping[str, Any], *, where: str) -> tuple[bytes, int, int]:
    """Give the document as it is kept, and how many frames and shadow roots it has.

    Args:
        value: What came of ``SERIALISE``.
        where: What errors name.

    Raises:
        InputError: It is no page.
        SourceError: It is too large.
    """
    if value["type"] != PAGE:
        raise InputError(
            "the browser reads it as no HTML page", where=where, expected=PAGE, found=str(value["type"])[:80]
        )
    data = b"" if value["text"] is None else codecs.BOM_UTF8 + value["text"].encode(errors="replace")
    if not data or len(data) > MAX_PAYLOAD:
        raise SourceError("the document is too large", where=where, expected=f"at most {MAX_PAYLOAD} bytes")
    return data, value["frames"], value["roots"]


def as_rendered(answer: Unpacked, document: bytes, rendering: Rendering) -> Unpacked:
    """Put the document of a browser in the place of the answer, and say so in what is known of the capture.

    Args:
        answer: What the server answered without a browser.
        document: As ``read_document`` gave it.
        rendering: How it came about.
    """
    plain = PlainAnswer(sha256_hex(answer.payload), len(answer.payload))
    capture = replace(answer.capture, rendered=replace(rendering, plain=plain))
    # The charset is that of the answer, and no longer of the bytes.
    return replace(answer, payload=document, media_type=PAGE, charset="", capture=capture)
