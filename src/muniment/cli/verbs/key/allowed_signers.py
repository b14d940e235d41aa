"""``archive key allowed-signers``: the file for ssh-keygen."""

from __future__ import annotations

from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import open_target
from muniment.cli.terminal import json_text, write_bytes
from muniment.trust.allowed_signers import format_allowed_signers


@verb(
    "archive key allowed-signers > allowed_signers",
)
@in_archive
@as_json
def command(*, as_json: bool) -> None:
    """Print the file that ssh-keygen checks with.

    It is made from the trust roots, as trust/allowed_signers in the archive is.
    """
    data = format_allowed_signers(open_target().chain)
    if as_json:
        print(json_text({"allowed_signers": data.decode()}))
    else:
        write_bytes(data)
