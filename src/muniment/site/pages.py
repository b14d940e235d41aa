"""The file at a path of a site: one pure function, which the writer of a folder and a server both call.

Rules, which do not change:

- ``make_page(site, path)`` gives the same ``Page`` for the same archive, checkpoint, settings and path: no clock, no
  locale, no state.  It raises ``NoPageError`` where the site has no such file, and lets an ``IntegrityError`` out where
  what the archive holds there does not verify: nothing unverified becomes a page.
- ``path`` is as ``addresses`` has it: no slash at either end, ``index.html`` spelled out, nothing decoded.  Anything may
  be handed in.
- ``site_paths(site)`` gives every path of the site, ``archive_paths(site)`` those that are of no one release, and
  ``release_paths(site, release)`` those of one.  Each path that they give, ``make_page`` makes.
- ``make_page`` makes more: ``releases/ID/changes/vA..vB.html`` for any two versions with A before B.  These are for a
  server; a folder would need one for each two versions.
- ``made_from(site, path)`` is the digest of all that a page is made from.  It costs no reading of records, so a server
  can answer ``If-None-Match`` before it makes a page: as long as it is the same, the bytes are the same.
- ``Page.immutable`` says that the path will have these bytes for ever, whatever the archive and the software become:
  it is so for what was signed or logged, and for nothing that we write around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from muniment.archive.published import first_size, prove_entry
from muniment.digest import sha256_hex
from muniment.errors import NoPageError
from muniment.log.proof_file import format_proof
from muniment.site.addresses import VERSION_FILES, Place, parse_path, version_path
from muniment.site.site import Site

HTML = "text/html; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Page:
    """One file of a site.

    Attributes:
        body: Its bytes.
        media_type: For ``Content-Type``, with the charset where there is one.
        made_from: 64 hex digits, as ``made_from`` gives them: a strong validator, for an ``ETag``.
        immutable: Whether the path has these bytes for ever.
    """

    body: bytes
    media_type: str
    made_from: str
    immutable: bool = False


def site_paths(site: Site) -> Iterator[str]:
    """Give every path of a site, each once: those of the archive, then those of each release."""
    yield from archive_paths(site)
    for release in site.archive.releases:
        yield from release_paths(site, release)


def archive_paths(site: Site) -> tuple[str, ...]:
    """Give the paths that are of no one release."""
    return tuple(f"trust/root/{name}" for file in site.archive.roots for name in sorted(file.files))


def release_paths(site: Site, release: str) -> tuple[str, ...]:
    """Give the paths of a release: its own, then those of its versions, oldest first.

    Raises:
        NoPageError: There is no such release.
    """
    entries = site.entries(release)
    if not entries:
        raise NoPageError("there is no such release", where=release)
    return tuple(
        version_path(release, entry.statement.version, name) for entry in entries for name in VERSION_FILES[1:5]
    )


def made_from(site: Site, path: str) -> str:
    """Give the digest of all that a page is made from, 64 hex digits.

    Raises:
        NoPageError: The site has no such file.
    """
    place = parse_path(path)
    parts = [site.settings.software, repr(site.settings), site.archive.roots[-1].digest, path]
    if place.release:
        parts += [entry.statement.record for entry in site.entries(place.release)]
    return sha256_hex("\n".join(parts).encode())


def make_page(site: Site, path: str) -> Page:
    """Make the file at a path.

    Args:
        site: What it is a file of.
        path: As ``addresses`` has it.

    Raises:
        NoPageError: The site has no such file.
        IntegrityError: What the archive holds there does not verify.
    """
    place = parse_path(path)
    if place.kind == "version" and place.name in VERSION_FILES[1:5]:
        body, media_type, immutable = _signed(site, place)
        return Page(body, media_type, made_from(site, path), immutable)
    if place.kind == "archive" and place.name.startswith("trust/root/"):
        for file in site.archive.roots:
            if (name := place.name.removeprefix("trust/root/")) in file.files:
                return Page(file.files[name], JSON, made_from(site, path), immutable=True)
    raise NoPageError("no page has this address", where=path)


def _signed(site: Site, place: Place) -> tuple[bytes, str, bool]:
    version = site.version(place.release, place.version)
    match place.name:
        case "record.json":
            return version.record_bytes, JSON, True
        case "record.json.sig":
            return version.signature, "text/plain; charset=utf-8", True
        case "statement.json":
            return site.archive.entry(version.index), JSON, True
        case _:
            proof = prove_entry(site.archive, version, first_size(site.archive, version))
            return format_proof(proof), "text/plain; charset=utf-8", False
