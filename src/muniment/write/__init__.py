"""Writing to an archive: the only room that does, and that verifies what it builds on.

- ``create``: a new archive
- ``static_files``: the files that never change, README.txt first
- ``version``: the next version of a release, of each kind
- ``batch``: the one commit of versions, one or many
- ``trust_root``: the next trust root
- ``head``: what is built on: the log, held to its root, and the newest version of a release
- ``restore``: mending from a good copy
- ``stamp``: a time stamp
- ``cosign``: cosignatures
- ``commit``: one order of writes, one commit point
- ``staged_commit``: the commit of stores without a lock: stage, decide, apply
- ``turns``: under the lock, or again until its turn has come
- ``copying``: an archive to another place
- ``recover``: ending what a crash left
- ``guard``: never below what was seen
"""
