"""``archive key``: who may sign, and who signs from now on.

- ``show``: ``key list``
- ``rotate``: new keys in the place of those in use
- ``revoke``: a record key was stolen or lost
- ``policy``: ``key root``: who signs trust roots
- ``authority``: whose time stamps count
- ``witness``: whose cosignatures count
- ``site``: where the archive stands on the web
- ``allowed_signers``: the file for ssh-keygen
- ``add``: a further record key, for a second keeper
- ``retire``: a record key ends, and no other takes its place
- ``finish``: a drafted trust root that others have signed
- ``difference``: what a trust root changes in the one before, in words
- ``change``: how a new trust root is made, signed and told
- ``new_keys``: the keys that a new trust root brings, and those that they replace
"""

from __future__ import annotations

from importlib import import_module

import click

from muniment.cli.app import NearGroup

VERBS = {
    "list": ("show", "List the keys that may sign, or might."),
    "add": ("add", "Let a further key sign records."),
    "rotate": ("rotate", "Replace keys by new ones."),
    "retire": ("retire", "End the use of a record key that is no longer needed."),
    "revoke": ("revoke", "Say that a record key was stolen or lost."),
    "root": ("policy", "Change the root keys, or how many must sign."),
    "finish": ("finish", "Make a drafted trust root the newest one."),
    "authority": ("authority", "Name a time stamp authority whose stamps count."),
    "witness": ("witness", "Name witnesses whose cosignatures count."),
    "site": ("site", "Name the web site of the archive, to which citations lead."),
    "allowed-signers": ("allowed_signers", "Print the file that ssh-keygen checks with."),
}
"""Each verb below this one: its module, and the first sentence of its help."""


class KeyGroup(NearGroup):
    """Knows its verbs without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs in the order of work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import the module of a verb."""
        if cmd_name not in VERBS:
            return None
        command = import_module(f"muniment.cli.verbs.key.{VERBS[cmd_name][0]}").command
        assert isinstance(command, click.Command)  # noqa: S101 - every verb's module has one, as a test shows
        return command

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:  # noqa: ARG002 - click's
        """Give the table."""
        return [(name, summary) for name, (_, summary) in VERBS.items()]


_EXAMPLES = (
    "archive key list",
    "archive key add key-request.json",
    "archive key rotate",
    "archive key rotate --log",
    "archive key revoke SHA256:9f86d081… --from-index 7 --reason 'laptop stolen'",
)

command = KeyGroup(
    "key",
    help="Show who may sign, or change it.\n\nEvery change is a new trust root, signed by the root keys and named by "
    "an entry of the log; what was signed before stays good. Each verb takes --json.",
    epilog="\b\nExamples:\n" + "\n".join(f"  {example}" for example in _EXAMPLES),
    subcommand_metavar="VERB ...",
)
