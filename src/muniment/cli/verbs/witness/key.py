"""The key of a witness: a private key, and beside it ``KEY.vkey``, which says under which name it cosigns.

The name is not part of what is signed, so one key must not have two names.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from muniment.cli.agent_keys import names_agent
from muniment.cli.keyring import load_named_key, make_key
from muniment.errors import InputError, KeyRejectedError
from muniment.files import read_file, write_file
from muniment.log.vkey import Cosigner, make_cosigner, parse_cosigner
from muniment.ssh.keys import SigningKey

_NAME = re.compile(r"[A-Za-z0-9._~/-]{1,128}")  # as schemas/trust-root.schema.json has it
_MAX_VKEY = 512
_SUFFIX = ".vkey"


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness on this machine.

    Attributes:
        cosigner: Its name and public key.
        key: What signs.
        location: File of the private key, or the key of ssh-agent, as the user may name it.
        made: Whether the key was made just now.
    """

    cosigner: Cosigner
    key: SigningKey
    location: str
    made: bool = False


def found_witness(name: str, named: str | None) -> WitnessKey:
    """Make the key of a witness, or take one that is there, and write its vkey beside it.

    Args:
        name: Name of the witness.
        named: Its private key, which is made where the file is missing; None for a file in the user's configuration.

    Raises:
        InputError: The name is not allowed.
        KeyRejectedError: The key cannot be used, or has another name.
        UnavailableError: It cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            "not a name for a witness",
            found=ascii(name)[:80],
            expected="up to 128 of A-Z a-z 0-9 . _ ~ - /",
            hint="HOST/NAME, such as witness.example.org/anna",
        )
    location = named or str(_home() / name.replace("/", "_"))
    made = not names_agent(location) and not os.path.lexists(location)
    key: SigningKey = make_key(Path(location), name) if made else load_named_key("witness", location)
    cosigner = make_cosigner(name, key.public.raw, location)
    vkey = _vkey_path(location)
    if vkey is not None:
        _agree(cosigner, _read_vkey(vkey), location)
        write_file(vkey, f"{cosigner.vkey}\n".encode(), force=False)
    return WitnessKey(cosigner, key, location, made)


def find_witness(named: str | None, name: str | None) -> WitnessKey:
    """Find the key that a witness signs with.

    Args:
        named: Its private key, or a key of ssh-agent; None for the one in the user's configuration.
        name: Name of the witness; None for what the vkey beside the key says.

    Raises:
        InputError: There is no witness here, or several, or nothing says the name.
        KeyRejectedError: The key cannot be used, or has another name.
        UnavailableError: ssh-agent is wanted, and cannot be asked.
    """
    location = named or _only(name)
    key = load_named_key("witness", location)
    path = _vkey_path(location)
    stored = _read_vkey(path) if path is not None else None
    if name is None and stored is None:
        hint = "give it with --name, or run archive witness init NAME --key KEY"
        raise InputError("nothing says the name of this witness", where=location, hint=hint)
    cosigner = make_cosigner(name, key.public.raw, location) if name is not None else stored
    assert cosigner is not None  # noqa: S101 - one of the two is there
    _agree(make_cosigner(cosigner.name, key.public.raw, location), stored, location)
    return WitnessKey(cosigner, key, location)


def _home() -> Path:
    return platformdirs.user_config_path("muniment") / "witness"


def _only(name: str | None) -> str:
    """Find the key of a name, or the only one, in the user's configuration."""
    if name is not None:
        return str(_home() / name.replace("/", "_"))
    try:
        there = sorted(path.name.removesuffix(_SUFFIX) for path in _home().iterdir() if path.name.endswith(_SUFFIX))
    except OSError:
        there = []
    if len(there) != 1:
        what = "there are several witnesses here" if there else "there is no witness here"
        hint = "say which one with --name" if there else "archive witness init NAME makes one, --key KEY names its key"
        raise InputError(what, where=str(_home()), found=", ".join(there)[:200], hint=hint)
    return str(_home() / there[0])


def _vkey_path(location: str) -> Path | None:
    """Name the file beside a key; a key that only ssh-agent knows has none."""
    path = Path(location.removesuffix(".pub"))
    return None if names_agent(location) and not location.endswith(".pub") else path.with_name(f"{path.name}{_SUFFIX}")


def _read_vkey(path: Path) -> Cosigner | None:
    if not os.path.lexists(path):
        return None
    data = read_file(str(path), max_size=_MAX_VKEY, kind=KeyRejectedError)
    return parse_cosigner(data.decode("utf-8", "replace").removesuffix("\n"), str(path))


def _agree(cosigner: Cosigner, stored: Cosigner | None, location: str) -> None:
    if stored not in {None, cosigner}:
        raise KeyRejectedError(
            "the vkey beside this key is another",
            where=location,
            expected=stored.vkey if stored else "",
            found=cosigner.vkey,
            hint="a witness has one key and one name; make another key for another name",
        )
