r"""Text as LaTeX source, and back.

Besides the ten special characters (The LaTeX Companion, section 3.1), what a font would join is kept apart by ``{}``:
two hyphens are not a dash, two commas not a quotation mark.  Braces are written as commands, because BibTeX counts them
even behind a backslash.
"""

from __future__ import annotations

import re

from muniment.display import show_hidden

_COMMANDS = {
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "&": "\\&",
    "%": "\\%",
    "$": "\\$",
    "#": "\\#",
    "_": "\\_",
}
_CHARACTERS = {command: character for character, command in _COMMANDS.items()}
_SPECIAL = re.compile("[" + re.escape("".join(_COMMANDS)) + "]")
# Ligatures of the fonts of TeX: dashes, quotation marks, guillemets, turned punctuation.
_JOINED = re.compile("(?<=-)(?=-)|(?<=')(?=')|(?<=`)(?=`)|(?<=,)(?=,)|(?<=<)(?=<)|(?<=>)(?=>)|(?<=[?!])(?=`)")
_COMMAND = re.compile(r"\\text[a-z]+(?:\{\}| |(?![a-z]))|\\[&%$#_{}]|\{|\}|~")


def format_tex(text: str) -> str:
    """Write text so that LaTeX sets exactly these characters."""
    parted = _JOINED.split(show_hidden(text))
    return "{}".join(_SPECIAL.sub(lambda match: _COMMANDS[match[0]], part) for part in parted)


def parse_tex(source: str) -> str:
    """Read such text back, and what other software writes in its place; other commands stay as they are."""
    return _COMMAND.sub(_character, source)


def _character(match: re.Match[str]) -> str:
    command = match[0]
    if command in {"{", "}"}:
        return ""
    if command == "~":
        return " "
    if command in {"\\{", "\\}"}:
        return command[1]
    return _CHARACTERS.get(command) or _CHARACTERS.get(f"{command.rstrip(' {}')}{{}}") or command
