"""Writes docs/man/archive.1, the manual page of the command, from its help, so that the two say the same.

Run it again after a change of the help; a test compares the page with it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from muniment.__about__ import __version__
from muniment.cli import archive

PAGE = Path(__file__).resolve().parents[1] / "docs" / "man" / "archive.1"

EXIT_CODES = (
    ("0", "Done, or verified."),
    ("1", "A check failed."),
    ("2", "What was handed in cannot be used; nothing was written."),
    ("3", "It could not be read, written or checked."),
)

FILES = (
    ("docs/configuration.md", "Environment variables, and where keys and the memory of this machine lie."),
    ("docs/verify.md", "Every check, and how to make it with stock tools alone."),
)


def escape(text: str) -> str:
    """Escape for roff: backslashes, hyphens that a reader may copy, dots at the start of a line, what is not ASCII."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"^(?=[.'])", r"\\&", text, flags=re.MULTILINE)
    return "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in text)


def paragraphs(text: str) -> Iterator[str]:
    """Give a help text in roff: one paragraph after the other, examples as they are."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.startswith("\b"):
            yield f".PP\n.nf\n{escape(paragraph.removeprefix(chr(8)).strip(chr(10)))}\n.fi"
        else:
            yield f".PP\n{escape(' '.join(paragraph.split()))}"


def verbs(command: click.Command, parent: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Give each verb below a command, with its whole name, those below it included."""
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(parent):
        below = command.get_command(parent, name)
        assert below is not None  # noqa: S101 - the group has just named it
        context = click.Context(below, parent=parent, info_name=name, **below.context_settings)
        yield context.command_path, below, context
        yield from verbs(below, context)


def entry(term: str, text: str) -> str:
    """Format one entry of a list."""
    return f".TP\n\\fB{escape(term)}\\fR\n{escape(' '.join(text.split()))}"


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Give the options of a command, as its help has them."""
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and record[1]:
            yield entry(*record)


def section(path: str, command: click.Command, context: click.Context) -> Iterator[str]:
    """Give the section of one verb."""
    pieces = " ".join(command.collect_usage_pieces(context))
    yield f'.SS "{escape(path)}"\n\\fB{escape(path)}\\fR {escape(pieces)}'
    yield from paragraphs(command.help or "")
    yield from options(command, context)
    if isinstance(command.epilog, str):
        yield from paragraphs(command.epilog)


def manual() -> str:
    """Make the whole page."""
    root = click.Context(archive, info_name="archive", **archive.context_settings)
    lines = [
        f'.TH ARCHIVE 1 "" "Muniment {__version__}" "User Commands"',
        ".SH NAME\narchive \\- keep every version of a public statement as evidence",
        ".SH SYNOPSIS\n\\fBarchive\\fR [\\fIOPTIONS\\fR] \\fIVERB\\fR ...",
        ".SH DESCRIPTION",
        *paragraphs((archive.help or "").partition("\n")[2]),
        ".SH OPTIONS",
        *options(archive, root),
        ".SH VERBS",
        *(line for path, command, context in verbs(archive, root) for line in section(path, command, context)),
        ".SH EXIT STATUS",
        *(entry(code, text) for code, text in EXIT_CODES),
        ".SH SEE ALSO",
        *(entry(name, text) for name, text in FILES),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(manual(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.name}\n")
