"""All that is judged: the checks of ``docs/verify.md``, with the same numbers here, in ``--json`` and in the docs.

- ``archive``: all checks over an archive
- ``part``: what part of an archive is asked for, and what that leaves out
- ``release``: checks 1 to 9 on one release
- ``version``: checks 3 to 9 on one version
- ``log``: check 10: tiles, bundles, entries
- ``checkpoints``: check 10: checkpoints
- ``batches``: check 10: sizes without a checkpoint
- ``cosignatures``: check 10: cosignatures
- ``trust``: checks 8 and 11: trust roots and signers
- ``layout``: check 1: only the expected files
- ``writers``: what writers did meanwhile
- ``stamps``: check 12 on one time stamp, of an archive or of a snapshot
- ``times``: check 12: time stamps
- ``growth``: check 13: grown from what was seen
- ``unfinished``: what a marker excuses, and what it does not
- ``fork``: evidence of two histories
- ``log_views``: the sides that check 13 compares
- ``snapshot``: a snapshot
- ``snapshot_evidence``: the evidence in it
- ``snapshot_stamps``: its time stamps
- ``proof_signer``: checks 7 to 9 for a paragraph proof, as far as the reader has the record
- ``proof``: a paragraph proof
- ``citation``: check 14: a citation
- ``ocfl``: any OCFL storage root or object
- ``report``: findings and reports
- ``public_json``: a report as JSON
"""
