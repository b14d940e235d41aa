"""The files that an archive is made with and that never change, ``README.txt`` first of all.

``README.txt`` says what this folder is, to someone who has only this folder.
"""

from __future__ import annotations

from muniment.archive.opening import NAMASTE
from muniment.archive.paths import GIT_ATTRIBUTES, README, release_path, schema_path
from muniment.ocfl.storage_root import root_files
from muniment.schema import schema_bytes

_TEXT = """\
This folder is an archive of public statements: {origin}

It keeps every version of each statement as evidence. Nothing in it is edited
afterwards. It records what was published; it does not endorse it.

WHAT IS WHERE

releases/            one folder a release (OCFL 1.1), in it one folder a
                     version: v1, v2, ...
  RELEASE/vN/content/record.json
                     the version: words, description, provenance. Its SHA-256
                     is what people cite
  RELEASE/vN/content/record.json.sig
                     signature over exactly those bytes (OpenSSH signature,
                     Ed25519)
  RELEASE/vN/content/original.*
                     the bytes as received; a version without it has those of
                     an earlier version: the newest inventory.json says which
log/                 an append-only log of all versions (C2SP tlog-tiles);
                     log/checkpoint is its signed head
log/timestamps/      time stamps by others (RFC 3161), where there are any
log/cosignatures/    what witnesses signed (C2SP tlog-cosignature), where there
                     are any
trust/root/          who may sign what, and since when; trust/allowed_signers
                     says the same to ssh-keygen
trust/authorities/   certificates of the time stamp authorities
schemas/             what a record, a log entry and a trust root may look like
                     (JSON Schema)

HOW TO CHECK A CITATION WITH STOCK TOOLS

1. These exact words. The hash in the citation must be the one that this prints:
     sha256sum releases/RELEASE/vN/content/record.json
2. Signed by this archive:
     ssh-keygen -Y verify -f trust/allowed_signers \\
       -I {principal} -n record@muniment \\
       -s releases/RELEASE/vN/content/record.json.sig \\
       < releases/RELEASE/vN/content/record.json
   For a key that was replaced since, add -Overify-time=YYYYMMDDHHMMSSZ, with
   the time logged_at that the version's entry in the log has (step 4).
3. By the right archive. Compare this with the hash of the trust root that the
   citation's source, or any earlier copy, gives:
     sha256sum trust/root/1.json
4. In the log. Each entry in log/tile/entries/ is two bytes of length and a line
   of JSON that names a record by its SHA-256. Hash every entry as RFC 6962
   section 2.1 says, and compare the root with the third line of log/checkpoint.
5. Not later than the time in a time stamp, where there is one for a log of that
   size or more:
     openssl ts -verify -data log/checkpoints/SIZE \\
       -in log/timestamps/SIZE.N.tsr \\
       -CAfile trust/authorities/NAME.pem -attime SECONDS
   where SECONDS is that time as seconds since 1970, and this prints it:
     openssl ts -reply -text -in log/timestamps/SIZE.N.tsr

All steps at once, with the software called muniment:

     archive --archive . verify
"""


def readme_text(origin: str) -> str:
    """Write the text for an archive of this origin."""
    return _TEXT.format(origin=origin, principal=f"archive@{origin.split('/', 1)[0]}")


SCHEMAS = ("record", "record-2", "statement", "trust-root")
"""The schemas that an archive carries: those of what is signed or logged."""

_NOT_TEXT = b"* -text\n"
"""Keeps git from changing a line end in what is evidence, wherever a copy of the archive is committed."""


def static_files(origin: str, layout: str) -> dict[str, bytes]:
    """Make every file that never changes and that the trust root vouches for, the tag first.

    Args:
        origin: Name of the archive.
        layout: Storage layout of ``releases/``.
    """
    schemas = {schema_path(name): schema_bytes(name) for name in SCHEMAS}
    releases = {release_path(path): data for path, data in root_files(layout).items()}
    top = {NAMASTE[0]: NAMASTE[1], README: readme_text(origin).encode(), GIT_ATTRIBUTES: _NOT_TEXT}
    return top | schemas | releases
