"""A description in the keeper's own editor: shown as JSON, read back, and shown again with what is wrong with it.

As with a message of git: lines that begin with ``#`` are ours and are not read, and a file that is left as it is, or
emptied, ends it.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping

import click

from muniment.canonical import Json
from muniment.cli.hints import as_read
from muniment.description_files import parse_description
from muniment.display import plain
from muniment.errors import InputError, MetadataError
from muniment.ingest import CLAIMS, METADATA
from muniment.record import Record, record_as_json

_WIDTH = 78
DESCRIPTION = "description"
"""What errors call the edited text."""

_UNCHANGED = InputError("the description was left as it is", hint="change it and save it, or name options")


def described_in(record: Record) -> dict[str, Json]:
    """Give all that a record says of a statement, and that can be said anew."""
    value = record_as_json(record)
    return {
        **{name: value.get(name) for name in METADATA},
        **{name: value["original"][name] for name in CLAIMS},
    }


def edit_description(record: Record, accept: Callable[[Mapping[str, Json]], dict[str, Json]]) -> dict[str, Json]:
    """Have a description edited until it can be signed.

    Args:
        record: What is described now.
        accept: Gives the changed members in the form of a record, or raises an ``InputError`` where they cannot be
            signed.

    Returns:
        What ``accept`` gave.

    Raises:
        InputError: Nothing was changed, the editor cannot be used, or it left what is no text.
    """
    before = described_in(record)
    text, reason = json.dumps(before, ensure_ascii=False, indent=2), ""
    while True:
        shown = f"{_comment(record, reason)}\n{text}\n"
        edited = _edit(shown)
        body = _without_comments(edited or "")
        if reason and (edited is None or not body or body == text):
            raise InputError(f"{_UNCHANGED.what}, which cannot be signed: {reason}", hint=_UNCHANGED.hint)
        if edited is None or not body:
            raise _UNCHANGED
        text = body
        try:
            changed = {name: value for name, value in _read(body).items() if before.get(name) != value}
            if changed:
                return accept(changed)
        except InputError as error:
            reason = plain(str(as_read(error)))
            continue
        raise _UNCHANGED


def _read(body: str) -> Mapping[str, Json]:
    filed = parse_description(body.encode(errors="replace"), where=DESCRIPTION)
    if filed.form != "JSON":
        raise MetadataError("not a JSON object", where=DESCRIPTION)
    return filed.members


def _edit(text: str) -> str | None:
    try:
        return click.edit(text, extension=".json", require_save=True)
    except UnicodeDecodeError as error:
        raise InputError("what the editor left is not UTF-8", where="$EDITOR", hint="save it in UTF-8") from error
    except (click.ClickException, ValueError) as error:  # A ValueError where quotes in $EDITOR are open.
        raise InputError("the editor could not be used", where="$EDITOR", hint="name one, or name options") from error


def _comment(record: Record, reason: str) -> str:
    said = [f"What is said of {record.name}. Change it, save it, and close the editor; null is: not known."]
    said += ["Lines that begin with # are not read. Leave all as it is to end without a change."]
    said += [f"Not yet: {reason}"] if reason else []
    return "\n".join(textwrap.fill(line, _WIDTH, initial_indent="# ", subsequent_indent="# ") for line in said)


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
