"""``archive import``: whole histories.

- ``git``: the states of a branch of a git repository
- ``folder``: dated files
- ``warc``: web archive files
- ``memento``: what a web archive has of one address
- ``snapshot``: versions of another archive
- ``histories``: what every import is given, does and prints
"""

from __future__ import annotations

from importlib import import_module

import click

from muniment.cli.app import NearGroup

VERBS = {
    "git": ("git", "Every state of every document of a git repository."),
    "folder": ("folder", "Files with dates in their names, or in a list."),
    "warc": ("warc", "Every good answer in web archive files: WARC and WACZ."),
    "snapshot": ("snapshot", "Versions of another archive, with its proof."),
    "memento": ("memento", "The states that a web archive has of one address."),
}
"""Each verb below this one: its module, and the first sentence of its help."""


class ImportGroup(NearGroup):
    """Knows its verbs without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import the module of a verb."""
        if cmd_name not in VERBS:
            return None
        command = import_module(f"muniment.cli.verbs.import_.{VERBS[cmd_name][0]}").command
        assert isinstance(command, click.Command)  # noqa: S101 - every verb's module has one, as a test shows
        return command

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:  # noqa: ARG002 - click's
        """Give the table."""
        return [(name, summary) for name, (_, summary) in VERBS.items()]


_EXAMPLES = (
    "archive import git ../notices --dry-run",
    "archive import git ../notices --path 'notices/**' --map import.toml",
    "archive import folder scans --dates '{document}/{date}.txt'",
)

command = ImportGroup(
    "import",
    help="Bring a whole history in, or what is new of it.\n\nEach state of a document becomes a version, with the "
    "times that its source claims. Run again, an import adds only what is new; where a source was rewritten, nothing "
    "is replaced. Each verb takes --dry-run and --json.",
    epilog="\b\nExamples:\n" + "\n".join(f"  {example}" for example in _EXAMPLES),
    subcommand_metavar="VERB ...",
)
