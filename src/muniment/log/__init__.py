"""The public, append-only log: one leaf for every version, in files that any C2SP client can read.

- ``merkle``: root hashes and the two proofs (RFC 6962)
- ``tile``: the files of the log
- ``tree``: the log read from its tiles, grown, and made again whole
- ``leaves``: every leaf hash, in one piece of memory
- ``bundles``: every entry, held to the signed root in one pass
- ``tile_proofs``: proofs out of a few tiles, held to a signed root
- ``note``: signed notes
- ``vkey``: verifier keys
- ``checkpoint``: signed size and root hash
- ``proof_file``: inclusion proof files
- ``statement``: the entries
- ``cosignature``: a witness's signature
- ``witness``: what a witness is asked, and when it may cosign
- ``newest``: which trust root was the newest, as a checkpoint names it
- ``encoding``: base64 and decimals in one spelling
"""
