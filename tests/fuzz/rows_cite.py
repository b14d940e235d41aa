"""Rows: citations in every style and format, read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from tests.fuzz.material import citations
from tests.fuzz.target import Target, bytes_of, hold, text_of

from muniment.cite.formats import FORMAT_NAMES, STYLE_NAMES, format_citation
from muniment.cite.reading import parse_citation

_WORDS = (
    b"SHA-256 ", b"ni:///sha-256;", b"root SHA-256 ", b"\n\n", b"para. ", b"TY  - ", b"ER  - \n", b"KW  - ", b"N1  - ",
    b"@misc{", b"@online{", b"},\n", b"note = {", b"\\&", b"{\\", b"\\href{", b"{", b"}", b"<span", b"<cite>", b"&#x",
    b"&amp;", b'"', "“".encode(), "”".encode(), b"[", b"(", b" ", b"\xe2\x80\xaf", b"Archive version ", b"n.d.",
)  # fmt: skip


# What may stand between two digits of a hash on a page: blanks, what shows nothing, colons, the hyphen of a printer.
_BETWEEN = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d](?=[\r\n])|[\\s:\u00ad\u200b\u2060\ufeff]")


def _check(data: bytes, parts: object) -> None:
    """What is stated was there: the digits of a hash that is read stand in the text, in this order and close by."""
    plain = _BETWEEN.sub("", text_of(data)).lower()
    for stated in parts if isinstance(parts, tuple) else ():
        for fact in stated.facts:
            hold(fact.value != "", "an empty fact")
            if "SHA-256" in fact.name and not plain.startswith(("{", "[", "<", "@")) and "\\" not in plain:
                hold(_BETWEEN.sub("", fact.value).lower() in plain, f"a hash that does not stand there: {fact}")


def _in_style(style: str) -> list[bytes]:
    return [bytes_of(format_citation(citation, style, pin=pin)) for citation in citations() for pin in (False, True)]


def _in_form(form: str) -> list[bytes]:
    return [bytes_of(format_citation(citation, form)) for citation in citations()]


def _hashes() -> list[bytes]:
    digest = citations()[0].sha256.encode()
    return [
        b"SHA-256 " + digest,
        b"sha256:" + digest,
        b"SHA-256 " + digest[:12],
        b"sha256:" + digest[:30] + b"\n" + digest[30:],
    ]


def _row(name: str, seeds: Callable[[], Sequence[bytes]]) -> Target:
    return Target(
        f"citation-{name}",
        ("cite",),
        lambda data: parse_citation(text_of(data)),
        seeds,
        why="facts are read, which are not a whole citation",
        check=_check,
        words=_WORDS,
    )


ROWS = (
    _row("hash", _hashes),
    *(_row(style, partial(_in_style, style)) for style in STYLE_NAMES),
    *(_row(form, partial(_in_form, form)) for form in FORMAT_NAMES),
)
