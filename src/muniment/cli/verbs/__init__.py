"""The verbs of the command, one module each; ``command`` in each is what click runs.

- ``init``: a new archive
- ``add``: the next version of a release
- ``describe``: the same words, described anew
- ``emend``: a correction in brackets
- ``withdraw``: that the archive no longer stands behind a version
- ``list``: the releases
- ``show``: a version to read
- ``status``: where the archive is, and what is to be done
- ``log``: what was logged, in order
- ``verify``: every check, and a report
- ``verify_target``: what ``verify`` is asked to check
- ``verify_explain``: ``verify --explain``
- ``verify_ocfl``: ``verify --ocfl DIR``
- ``diff``: what changed
- ``diff_sides``: the two sides of a comparison
- ``diff_print``: a comparison and a range as they are printed
- ``blame``: which version brought what
- ``when``: in which versions a phrase stands
- ``find_quote``: whether a quote is still there
- ``cite``: a citation
- ``export``: a snapshot, or one of every version
- ``prove``: one paragraph with its own proof
- ``timestamp``: stamps by the pinned authorities
- ``recover``: after a crash, or from a good copy
- ``memory``: what this machine remembers of archives
- ``key``: who may sign
- ``witness``: cosignatures
"""
