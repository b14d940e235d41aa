"""The verbs of the command, one module each; ``command`` in each is what click runs.

- ``init``: a new archive
- ``add``: the next version of a release
- ``describe``: the same words, described anew
- ``emend``: a correction in brackets
- ``list``: the releases
- ``show``: a version to read
- ``status``: where the archive is, and what is to be done
- ``log``: what was logged, in order
- ``verify``: every check, and a report
- ``verify_citation``: ``verify "CITATION"``
- ``diff``: what changed
- ``diff_sides``: the two sides of a comparison
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
