"""What ``init`` asks on a terminal: what others call the archive, where its keys go, and whether they are locked.

Each question comes with a line that says what depends on it, and is asked again until the answer will serve.  In a
script nothing is ever asked: the options say the same.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from pathlib import Path

import click

from muniment.cli.keyring import PASSPHRASE, environment_passphrase
from muniment.cli.terminal import is_terminal, screen_width, wrap
from muniment.display import plain
from muniment.errors import InputError
from muniment.log.checkpoint import check_origin

_NAME = (
    "\nA name for the archive. Others see it in every citation, and it never changes: take a domain that will stay "
    "yours, and a word behind it if you like, such as press.example.org/archive. No web site is needed."
)
_KEYS = (
    "\nA folder for the private keys. Whoever has them can sign as this archive: they lie outside of it, where only "
    "you can read, and need a copy in a safe place."
)
_LOCK = (
    "\nA passphrase locks the keys: a stolen file is then of no use. It is asked for whenever you sign, and nobody can "
    "find it again."
)
_WAY_BACK = "Changed your mind? Leave it empty twice to do without; Ctrl-D ends this."
_SHORTEST = 8
"""Characters of a passphrase, at least."""

# Names that mean another machine to everyone (RFC 6761, RFC 6762, RFC 8375 and ICANN's .internal).
_OF_A_MACHINE = frozenset({"localhost", "localdomain", "local", "internal", "lan", "home", "intranet", "invalid"})
_OF_EXAMPLES = re.compile(r"(?:.*\.)?example(?:\.com|\.net|\.org)?|.*\.test")
_ADDRESS = re.compile(r"[0-9.]+")


def can_ask() -> bool:
    """Whether somebody sits there to be asked."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)


def check_name(text: str) -> str:
    """Check the name of a new archive: what a log may be called, and what means the same archive everywhere.

    Raises:
        InputError: It is no such name; the hint says what would be.
    """
    hint = "take a domain that is yours, with a word behind it if you like: press.example.org/archive"
    scheme = re.match(r"https?://", text)
    if scheme or text.endswith("/"):
        bare = text[scheme.end() if scheme else 0 :].rstrip("/")
        better = f"write {plain(bare)}" if "." in bare else hint
        raise InputError("a name, and no address", found=plain(text), hint=better)
    if any(sign.isspace() for sign in text):
        raise InputError("a name has no blanks", found=plain(text), hint=hint)
    if text != text.lower() and text.partition("/")[0] != text.partition("/")[0].lower():
        raise InputError("the domain of a name is in small letters", found=plain(text), hint=f"write {text.lower()}")
    check_origin(text)
    host = text.partition("/")[0]
    if host.rpartition(".")[2] in _OF_A_MACHINE or _ADDRESS.fullmatch(host):
        raise InputError("on every machine this name is another one", found=text, hint=hint)
    if "." not in host:
        raise InputError("this name is not a domain", expected="a dot in it", found=text, hint=hint)
    return text


def ask_name() -> str:
    """Ask what the archive is called."""
    _say(_NAME)
    while True:
        text = click.prompt("Name", err=True).strip()
        try:
            name = check_name(text)
        except InputError as error:
            _say(str(error))
            continue
        if not _OF_EXAMPLES.fullmatch(name.partition("/")[0]):
            return name
        _say("This name is for examples, and belongs to nobody.")
        if click.confirm("Take it, to try things out?", default=False, err=True):
            return name


def ask_keys(default: Path) -> str:
    """Ask where the private keys go."""
    _say(_KEYS)
    return str(Path(click.prompt("Keys", default=str(default), err=True)).expanduser())


def ask_passphrase(*, lock: bool | None) -> bytes | None:
    """Find the passphrase of new keys: that of the environment, or one that is asked for; None for none.

    Args:
        lock: Whether they shall have one; None to ask, and where nobody can be asked, to take that of the environment.

    Raises:
        InputError: They shall have one, and there is none.
    """
    if lock is False:
        return None
    given = environment_passphrase()
    if given is not None:
        return given
    if not can_ask():
        if lock:
            raise InputError("there is no passphrase to lock the keys with", hint=f"set {PASSPHRASE}")
        return None
    if lock is None:
        _say(f"{_LOCK} {_WAY_BACK}")
        if not click.confirm("Lock the keys with a passphrase?", default=True, err=True):
            return None
    else:
        _say(f"{_LOCK} Ctrl-D ends this.")
    return _new_passphrase(may_lack=lock is None)


def _new_passphrase(*, may_lack: bool) -> bytes | None:
    empty = 0
    while True:
        first = getpass.getpass("Passphrase: ", stream=sys.stderr)
        empty = empty + 1 if not first else 0
        if empty > 1 and may_lack:
            if click.confirm("Go on without a passphrase?", default=False, err=True):
                return None
            empty = 0
        elif len(first) < _SHORTEST:
            _say(f"That is short: at least {_SHORTEST} characters, better some words.")
        elif first != getpass.getpass("Once more: ", stream=sys.stderr):
            _say("These are two.")
        else:
            return os.fsencode(first)


def _say(text: str) -> None:
    for line in text.split("\n"):
        print(*wrap(plain(line), screen_width()), sep="\n", file=sys.stderr)
