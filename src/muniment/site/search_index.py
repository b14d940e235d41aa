"""The index for Pagefind (the extra ``site``), which searches all words in the reader's browser: one page a release.

Each release is one record of the index: the paragraphs of all its versions, each once.  Pagefind runs as a program of
its own and writes the same bytes for the same records.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from muniment.errors import ExtractorMissingError
from muniment.record.reading import reading_paragraphs
from muniment.site.addresses import release_path
from muniment.site.site import Site

FOLDER = "pagefind"


def pagefind_files(site: Site, _: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files of the index, by path.

    Raises:
        ExtractorMissingError: Pagefind is not installed.
    """
    try:
        from pagefind.index import PagefindIndex  # noqa: PLC0415 - start-up: an extra
    except ImportError as error:
        what = "Pagefind is not installed"
        raise ExtractorMissingError(what, hint="pip install 'muniment[site]', or search titles only") from error
    with tempfile.TemporaryDirectory() as name:
        # A thread of its own: whoever calls may be in a loop of events already.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(_index(site, PagefindIndex, name))).result()
        made = Path(name)
        for path in sorted(made.rglob("*")):
            if path.is_file():
                yield f"{FOLDER}/{path.relative_to(made).as_posix()}", path.read_bytes()


async def _index(site: Site, kind: Any, output: str) -> None:  # noqa: ANN401 - a class of a package without types
    from pagefind.index import IndexConfig  # noqa: PLC0415 - start-up: as above

    async with kind(config=IndexConfig(output_path=output)) as index:
        for release, row in site.rows.items():
            filters = {"issuer": [row.issuer] if row.issuer else [], "subject": list(row.subjects)}
            filters |= {"language": [row.language], "year": [row.year]}
            await index.add_custom_record(
                url=release_path(release),
                content=_words(site, release),
                language="en",
                meta={"title": row.title, "release": release},
                filters={name: values for name, values in filters.items() if values},
            )


def _words(site: Site, release: str) -> str:
    """The paragraphs of all versions of a release, each once, the newest first."""
    found: dict[str, None] = {}
    for number in range(len(site.entries(release)), 0, -1):
        version = site.find(release, number)
        if version is not None:
            found.update(dict.fromkeys(text for _, text in reading_paragraphs(version.record)))
    return "\n\n".join(found)
