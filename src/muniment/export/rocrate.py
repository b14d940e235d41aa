"""The file ``ro-crate-metadata.json``: an inventory of the snapshot for people and repositories (RO-Crate 1.2).

The folder ``data/`` is the crate.  Its root is the snapshot; its main entity is the version, under the ``ni`` URI of
its record.  The context is named and not copied, as RO-Crate has it.  Nothing is made up to please a validator: no
author, no licence, no day of a month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from muniment.canonical import Json
from muniment.digest import sha256_hex
from muniment.export.crate_version import ARCHIVE, RIGHTS, Entity, link, version_entities
from muniment.export.material import Material
from muniment.export.media import describe_file
from muniment.export.plain_json import format_plain

CRATE = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.2/context"
SPECIFICATION = "https://w3id.org/ro/crate/1.2"


def format_crate(material: Material, files: Mapping[str, bytes]) -> bytes:
    """Write the file.

    Args:
        material: What the snapshot is made from.
        files: All other files of ``data/``, by path below it.
    """
    version = list(version_entities(material))
    actions: list[Json] = [link(entity["@id"]) for entity in version if str(entity["@type"]).endswith("Action")]
    graph: list[Json] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "about": link("./"),
            "conformsTo": link(SPECIFICATION),
        },
        {**_root(material, sorted(files)), "mentions": actions},
        *version,
        *_files(material, files),
    ]
    return format_plain({"@context": CONTEXT, "@graph": graph})


def _root(material: Material, paths: list[str]) -> Entity:
    citation = material.citation
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Snapshot of {citation.reference}",
        "description": f"One version of a public statement, with what is needed to check it: {citation.reference} as "
        f"kept by the archive {citation.origin}",
        # When the archive says that it logged the version: the statement's own date stands at the main entity.
        "datePublished": citation.logged_at,
        "license": link(RIGHTS),
        "publisher": link(ARCHIVE),
        "mainEntity": link(material.uri),
        "hasPart": [link(path) for path in paths],
    }


def _files(material: Material, files: Mapping[str, bytes]) -> Iterator[Json]:
    for path in sorted(files):
        media_type, what = describe_file(path, material.version.record.original)
        yield {
            "@id": path,
            "@type": "File",
            "name": path.rpartition("/")[2],
            "description": what,
            "encodingFormat": media_type,
            "contentSize": str(len(files[path])),
            "sha256": sha256_hex(files[path]),
        }
