"""The document of a browser as an original: how it is written down, and what is known of that.

Its form, ``muniment-document/1``: a byte order mark, so that its bytes are UTF-8 for every reader, whatever charset the
page names; then the children of the document in their order, a line feed between them: the document type, comments,
and the root element as HTML (HTML Standard, section 13.3).  Open shadow roots are templates in it, as that section has
them.  What is in frames, in closed shadow roots and in fields of forms is not in it.

That section warns that text of scripts, styles and comments can end them when it is read again, and become words that
nobody saw.  So ``<`` is written there as an escape of their languages where it would, and hyphens of a comment apart.
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
    r"""(() => {
  const roots = [], raw = "script, style, xmp, iframe, noembed, noframes, noscript";
  let plain = false;
  const calm = (element) => {
    const end = new RegExp(`<(?=/${element.localName})`, "gi"), said = element.textContent;
    const kept = element.localName === "script" ? said.replace(/<(?=!--|script|[/]script)/gi, "\\u003C")
      : element.localName === "style" ? said.replace(end, "\\3C ") : said.replace(end, "<\\");
    if (kept !== said) element.textContent = kept;
  };
  const look = (under) => {
    for (const element of under.querySelectorAll("*")) {
      if (element.matches(raw) && element.namespaceURI === "http://www.w3.org/1999/xhtml") calm(element);
      if (element.localName === "plaintext") plain = true;
      if (element.localName === "template" && element.content) look(element.content);
      if (element.shadowRoot) { roots.push(element.shadowRoot); look(element.shadowRoot); }
    }
    const walker = document.createTreeWalker(under, NodeFilter.SHOW_COMMENT);
    while (walker.nextNode()) {
      const comment = walker.currentNode, said = comment.data;
      const kept = said.replace(/-(?=-)/g, "- ").replace(/^(-?)>/, "$1 >").replace(/-$/, "- ");
      if (/--|^-?>|-$/.test(said)) comment.data = kept;
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
  const text = [...document.childNodes].map(write).join("\n");
  return {
    text: text.length > MOST ? null : text.toWellFormed(),
    type: document.contentType,
    frames: document.querySelectorAll("iframe, frame, object, embed").length,
    roots: roots.length,
    plain,
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
        SourceError: It is too large, or no HTML says what it is.
    """
    if value["plain"]:
        raise SourceError("a document with an element plaintext cannot be written down", where=where)
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
