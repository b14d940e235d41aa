"""Code and the like, which is kept as it is: between fences, or set in.

No line of it is a paragraph, a heading or an item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.sources.line import LINE
from muniment.sources.marks import BLANK

if TYPE_CHECKING:
    from muniment.sources.line import Block

_FENCE: Final = "```"
_FENCE_SIGNS: Final = frozenset("`{<-.")
# Tags for code, as generators of sites have them, and as HTML has them.
_CODE_TAGS: Final = (("{% highlight", "{% endhighlight %}"), ("{% raw", "{% endraw %}"), ("<pre", "</pre>"))
_FENCED: Final = (_FENCE, "{% highlight", "{% raw", "<pre", "\n----", "\n....")
# AsciiDoc says above a fence of hyphens or dots what stands in it; else these are lines drawn across the page.
_DRAWN_FENCE: Final = re.compile(r"-{4,}|\.{4,}")
_SAID_ABOVE: Final = re.compile(r"\[(?:source|listing|literal)\b[^\]\n]*\][ \t]*\r?\n?")
_ABOVE: Final = 120  # code points that are looked at

CODE_INDENT: Final = 4
"""Columns by which code is set in, as Markdown has it."""

_CODE_LINE: Final = re.compile(
    r"(?:\$[ ]|>>>[ ]|#!|//|/\*|</?[a-z!][^\n]*>$|<\?)"
    r"|[^\n]*(?:\{|\}[ \t]*[;,)]+|\)[ \t]*;)$|[}\])]{1,4}[;,]?$|\{[^\n]*\}$"
    r"|[\w.$]+\([^()\n]*\)[:;]?$"
    r"|[\w.\[\]'\"$-]+[ ]?(?:[-+*|:]?=|=>|->)[ ]?\S"
    r"|(?:def|class|function|fn|func|sub)[ ]\w+[ ]?[(:{]"
    r"|import[ ][\w.]+;?$|from[ ][\w.]+[ ]import[ ]|(?:var|let|const|my)[ ][\w$@]+[ ]?="
)


def find_fences(text: str) -> dict[int, int]:
    """Where code is fenced off, by its beginning and end.

    It stands between lines of grave accents, between tags for code, or between equal lines of hyphens or dots under a
    line that says so (``[source]``).  A fence of accents is closed by as many or more, alone on their line.  One that
    is never closed, or below which another one opens before, is none.
    """
    found: dict[int, int] = {}
    if not any(fence in text for fence in _FENCED):
        return found
    opened = 0
    closing = ""
    for match in LINE.finditer(text):
        line = match[0].rstrip(BLANK)
        if line[0] not in _FENCE_SIGNS:
            continue
        if not closing or _opens_again(line, closing):
            opened, closing = match.start(), _closing_of(line, _above(text, match.start()))
        elif _closes(line, closing):
            found[opened] = match.start() + len(line)
            closing = ""
    return found


def _closing_of(line: str, above: str) -> str:
    """What closes the fence that a line opens, by what stands above it; nothing where it opens none."""
    words = line.lstrip("`")
    if len(line) - len(words) >= len(_FENCE):
        return "" if "`" in words else "`" * (len(line) - len(words))
    if _DRAWN_FENCE.fullmatch(line):
        return line if _SAID_ABOVE.fullmatch(above[above.rfind("\n", 0, -1) + 1 :]) else ""
    return next((end for start, end in _CODE_TAGS if line.startswith(start) and end not in line), "")


def _opens_again(line: str, closing: str) -> bool:
    """Whether a line names what stands in the code that it opens, so that the fence before it was never closed."""
    return closing[0] == "`" and line.startswith(closing) and line[len(closing) :].strip("` \t") != ""


def _closes(line: str, closing: str) -> bool:
    if closing[0] == "<" or closing[0] == "{":
        return line.endswith(closing)
    return line == closing or (closing[0] == "`" and line.endswith(closing) and not line.strip("`"))


def is_code(text: str, block: Block) -> bool:
    """Whether a block is code, which is kept whole: between two fences, or set in."""
    return _is_fenced(text, block) or is_set_code(text, block)


def _is_fenced(text: str, block: Block) -> bool:
    first, last = block[0], block[-1]
    if text[first.start] not in _FENCE_SIGNS or len(block) == 1:
        return False
    closing = _closing_of(text[first.start : first.end], _above(text, first.start))
    return bool(closing) and text.endswith(closing, last.start, last.end)


def _above(text: str, place: int) -> str:
    return text[max(0, place - _ABOVE) : place]


def is_set_code(text: str, block: Block) -> bool:
    """Whether a block is code that is set in: by four columns, and at least half of its lines are like code."""
    if block[0].label or any(line.indent < CODE_INDENT for line in block):
        return False
    return 2 * sum(is_code_line(text[line.start : line.end]) for line in block) >= len(block)


def is_code_line(words: str) -> bool:
    """Whether a line is like one of a program or of a command: by its brackets, arrows and words, of many languages."""
    return _CODE_LINE.match(words) is not None


def unlabelled(block: Block) -> Block:
    """The same lines without labels."""
    return tuple(line._replace(label=None) for line in block)
