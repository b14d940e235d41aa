"""``archive witness``: the exchange between an archive and its witnesses, by files.

- ``init``: a key to cosign with
- ``request``: ask for a cosignature
- ``sign``: cosign what another archive asks for
- ``import_``: take in a cosignature
- ``forget``: begin anew with a log whose key was stolen
- ``key``: the key of a witness, and its name
"""

from __future__ import annotations

import click

from muniment.cli.app import NearGroup
from muniment.cli.options import end_of_help
from muniment.cli.verbs.witness import forget as witness_forget
from muniment.cli.verbs.witness import import_ as witness_import
from muniment.cli.verbs.witness import init as witness_init
from muniment.cli.verbs.witness import request as witness_request
from muniment.cli.verbs.witness import sign as witness_sign

_EXAMPLES = (
    "archive witness init witness.example.org/anna",
    "archive witness request -o request.txt",
    "archive witness sign request.txt -o reply.txt",
    "archive witness import reply.txt --json",
)


@click.group(
    cls=NearGroup,
    subcommand_metavar="VERB ...",
    epilog=end_of_help(*_EXAMPLES),
)
def command() -> None:
    """Cosign the checkpoints of others, or have yours cosigned.

    A witness is somebody with another machine who signs that your log only grew. The keeper of the archive asks with
    a request, the witness answers with a reply; both are small text files. docs/witness.md shows the whole exchange.
    """


for _name, _module in {
    "init": witness_init,
    "request": witness_request,
    "sign": witness_sign,
    "import": witness_import,
    "forget": witness_forget,
}.items():
    command.add_command(_module.command, _name)
