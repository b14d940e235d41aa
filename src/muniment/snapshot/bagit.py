"""Bags (BagIt 1.0, RFC 8493) in exactly one form: SHA-256 manifests, sorted, over every file.

A manifest shows damage, not tampering: anyone who changes a file can change its line.  What shows tampering are the
signatures inside the payload.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from muniment.conversion import explain_difference
from muniment.digest import format_digest, sha256_hex
from muniment.errors import FormatError, IntegrityError

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data/"

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_OXUM = "Payload-Oxum"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n%]+)")
_TAG = re.compile(r"([A-Za-z][A-Za-z0-9-]*): ([^\r\n]+)")


def bag_files(
    payload: Mapping[str, bytes], info: Sequence[tuple[str, str]], beside: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """Make a bag: every file of it by its path in the bag.

    Args:
        payload: Bytes by path below ``data/``; no path has CR, LF or %, which RFC 8493 section 2.1.3 would encode.
        info: Labels and values of ``bag-info.txt`` in order; ``Payload-Oxum`` is added at the end.
        beside: Files beside ``data/`` that are none of the format (RFC 8493 section 2.2.4), by name.
    """
    data = {f"{PAYLOAD}{path}": content for path, content in payload.items()}
    tags = {
        **(beside or {}),
        DECLARATION: _DECLARATION,
        INFO: _format_info([*info, (_OXUM, _oxum(data))]),
        MANIFEST: _format_manifest({path: sha256_hex(content) for path, content in data.items()}),
    }
    tag_manifest = _format_manifest({path: sha256_hex(content) for path, content in tags.items()})
    return {**data, **tags, TAG_MANIFEST: tag_manifest}


def _format_info(info: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{label}: {value}\n" for label, value in info).encode()


def _format_manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def _oxum(data: Mapping[str, bytes]) -> str:
    """Octets and number of payload files (RFC 8493 section 2.2.2)."""
    return f"{sum(len(content) for content in data.values())}.{len(data)}"


def check_bag(files: Mapping[str, bytes]) -> tuple[IntegrityError, ...]:
    """Check a bag, strictly: it must be byte for byte what ``bag_files`` makes of its payload and information.

    Args:
        files: Every file by its path in the bag.

    Returns:
        What is wrong, each with the file at fault as ``where``; nothing for a good bag.
    """
    payload = {path: data for path, data in files.items() if path.startswith(PAYLOAD)}
    tags = {path: data for path, data in files.items() if path not in payload and path != TAG_MANIFEST}
    faults = [*_check_declaration(files), *_check_info(files, payload)]
    faults += _check_manifest(MANIFEST, files.get(MANIFEST), payload)
    faults += _check_manifest(TAG_MANIFEST, files.get(TAG_MANIFEST), tags)
    return tuple(faults)


def explain_bag(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Say by what conversion files of a bag are not what its manifests list: path and explanation, or nothing."""
    for name in (TAG_MANIFEST, MANIFEST):
        data = files.get(name, b"")
        lines = data.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
        listed = {match[2]: match[1] for match in map(_LINE.fullmatch, lines) if match}
        for path in sorted(listed.keys() & files.keys()):
            if sha256_hex(files[path]) != listed[path]:
                yield path, explain_difference(format_digest(listed[path]), files[path])
        yield name, explain_difference(_format_manifest(listed), data)
    yield DECLARATION, explain_difference(_DECLARATION, files.get(DECLARATION, b""))


def _missing(path: str) -> FormatError:
    return FormatError("the file is missing from the bag", where=path)


def _check_declaration(files: Mapping[str, bytes]) -> Iterator[IntegrityError]:
    if DECLARATION not in files:
        yield _missing(DECLARATION)
    elif files[DECLARATION] != _DECLARATION:
        yield FormatError("not the declaration of a BagIt 1.0 bag", where=DECLARATION)


def _check_info(files: Mapping[str, bytes], payload: Mapping[str, bytes]) -> Iterator[IntegrityError]:
    if INFO not in files:
        yield _missing(INFO)
        return
    lines = _lines(files[INFO])
    tags = [match.groups() for line in lines or () if (match := _TAG.fullmatch(line))]
    if lines is None or len(tags) != len(lines):
        yield FormatError("not bag information", where=INFO, expected="lines of LABEL: VALUE")
        return
    oxums = [value for label, value in tags if label == _OXUM]
    if oxums != [_oxum(payload)]:
        yield FormatError(f"not the {_OXUM}", where=INFO, expected=_oxum(payload), found=", ".join(oxums) or "none")


def _lines(data: bytes) -> list[str] | None:
    """Cut a tag file into its lines; None where it is not UTF-8 or does not end in a newline."""
    try:
        *lines, rest = data.decode().split("\n")
    except UnicodeDecodeError:
        return None
    return None if rest else lines


def _check_manifest(name: str, data: bytes | None, covered: Mapping[str, bytes]) -> Iterator[IntegrityError]:
    if data is None:
        yield _missing(name)
        return
    lines = _lines(data)
    listed = {match[2]: match[1] for line in lines or () if (match := _LINE.fullmatch(line))}
    if _format_manifest(listed) != data:
        yield FormatError(
            "not a manifest in its one form", where=name, expected="SHA-256, two blanks, path; sorted, each path once"
        )
        return
    for path in sorted(listed.keys() - covered.keys()):
        yield FormatError(f"{name} lists a file that is not there", where=path)
    for path in sorted(covered.keys() - listed.keys()):
        yield FormatError(f"{name} does not list the file", where=path)
    for path in sorted(listed.keys() & covered.keys()):
        digest = sha256_hex(covered[path])
        if digest != listed[path]:
            yield FormatError(f"not the bytes that {name} lists", where=path, expected=listed[path], found=digest)
