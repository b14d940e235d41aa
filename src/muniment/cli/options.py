"""Options that several verbs share; those of the verbs that write stand in ``authoring``, which is slower to load."""

from __future__ import annotations

from collections.abc import Callable

import click

from muniment.cli.completion import complete_reference
from muniment.cli.target import archive_option
from muniment.cli.utf8 import Verb

in_archive = archive_option()
"""``--archive DIR`` after the verb."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

reference_argument = click.argument("reference", metavar="REF", shell_complete=complete_reference)


def verb(*examples: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a function the command of its verb; the examples stand at the end of its help, as they are."""
    # The character BS at the beginning of a paragraph keeps click from filling it.
    return click.command(cls=Verb, epilog="\b\nExamples:\n" + "\n".join(f"  {example}" for example in examples))
