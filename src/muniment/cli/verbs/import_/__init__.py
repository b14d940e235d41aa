"""``archive import``: whole histories.

- ``git``: the states of a branch of a git repository
- ``folder``: dated files
- ``warc``: web archive files
- ``memento``: what a web archive has of one address
- ``snapshot``: versions of another archive
- ``histories``: what every import is given, does and prints
- ``wording``: what to do next, as whoever imports reads it
"""

from __future__ import annotations

from muniment.cli.app import TableGroup
from muniment.cli.options import end_of_help

VERBS = {
    "git": ("git", "Every state of every document of a git repository."),
    "folder": ("folder", "Files with dates in their names, or in a list."),
    "warc": ("warc", "Every good answer in web archive files: WARC and WACZ."),
    "snapshot": ("snapshot", "Versions of another archive, with its proof."),
    "memento": ("memento", "The states that a web archive has of one address."),
}
"""Each verb below this one: its module, and the first sentence of its help."""


_EXAMPLES = (
    "archive import git ../notices --dry-run",
    "archive import git ../notices --path 'notices/**' --map import.toml",
    "archive import folder scans --dates '{document}/{date}.txt'",
)

command = TableGroup(
    "import",
    help="Bring a whole history in, or what is new of it.\n\nEach state of a document becomes a version, with the "
    "times that its source claims. Run again, an import adds only what is new; where a source was rewritten, nothing "
    "is replaced. Each verb takes --dry-run and --json.",
    epilog=end_of_help(*_EXAMPLES),
    verbs={name: (f"{__name__}.{module}", summary) for name, (module, summary) in VERBS.items()},
    subcommand_metavar="VERB ...",
)
