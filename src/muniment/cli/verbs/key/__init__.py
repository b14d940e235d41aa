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

from muniment.cli.app import TableGroup
from muniment.cli.options import end_of_help

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


_EXAMPLES = (
    "archive key list",
    "archive key add key-request.json",
    "archive key rotate",
    "archive key rotate --log",
    "archive key revoke SHA256:9f86d081… --from-index 7 --reason 'laptop stolen'",
)

command = TableGroup(
    "key",
    help="Show who may sign, or change it.\n\nEvery change is a new trust root, signed by the root keys and named by "
    "an entry of the log; what was signed before stays good. Each verb takes --json.",
    epilog=end_of_help(*_EXAMPLES),
    verbs={name: (f"{__name__}.{module}", summary) for name, (module, summary) in VERBS.items()},
    subcommand_metavar="VERB ...",
)
