"""The public, append-only log: one leaf for every version, in files that any C2SP client can read.

One specification, one module:

- ``merkle``: tree hashes, inclusion and consistency proofs (RFC 6962 section 2.1).
- ``tile``: names and bytes of tiles and entry bundles (C2SP tlog-tiles).
- ``encoding``: base64, decimals and hashes in their one spelling, as these formats write them.
- ``vkey``: the public keys that notes are verified with (C2SP signed-note).
- ``note``: text signed by one or more keys (C2SP signed-note).
- ``checkpoint``: the signed size and root hash of a log (C2SP tlog-checkpoint).
- ``proof``: one entry, its inclusion proof and a checkpoint in one file (C2SP tlog-proof).
- ``tree``: a log read from its tiles, and grown by new ones.
- ``statement``: what the JSON of an entry says.

Nothing here touches a disk.  Bytes come in through a function that reads one file and go out as values.
"""
