"""Muniment keeps every version of a public statement as evidence.

::

    from pathlib import Path
    import muniment

    store = muniment.LocalStore(Path("archive"))
    report = muniment.verify_archive(store)
    archive = muniment.open_archive(store)
    version = archive.read(muniment.parse_reference("harbour-notice/v1"))
    print(report.verdict, version.statement.record, version.paragraph("p1").text)

The names below are the library; each is loaded when it is first used, so that ``import muniment`` costs nothing.
Whatever goes wrong is a ``MunimentError``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from muniment.__about__ import __version__

if TYPE_CHECKING:
    from muniment.add.create import create_archive
    from muniment.add.recover import recover
    from muniment.add.version import add_description, add_emendations, add_publication
    from muniment.archive import open_archive
    from muniment.cite import make_citation
    from muniment.diff.compare import compare
    from muniment.errors import MunimentError
    from muniment.export.check import check_snapshot
    from muniment.export.snapshot import build_snapshot
    from muniment.reference import parse_reference
    from muniment.store import LocalStore
    from muniment.verify.whole import verify_archive

__all__ = [
    "LocalStore",
    "MunimentError",
    "__version__",
    "add_description",
    "add_emendations",
    "add_publication",
    "build_snapshot",
    "check_snapshot",
    "compare",
    "create_archive",
    "make_citation",
    "open_archive",
    "parse_reference",
    "recover",
    "verify_archive",
]

_HOMES = {
    "LocalStore": "muniment.store",
    "MunimentError": "muniment.errors",
    "add_description": "muniment.add.version",
    "add_emendations": "muniment.add.version",
    "add_publication": "muniment.add.version",
    "build_snapshot": "muniment.export.snapshot",
    "check_snapshot": "muniment.export.check",
    "compare": "muniment.diff.compare",
    "create_archive": "muniment.add.create",
    "make_citation": "muniment.cite",
    "open_archive": "muniment.archive",
    "parse_reference": "muniment.reference",
    "recover": "muniment.add.recover",
    "verify_archive": "muniment.verify.whole",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what can be imported, loaded or not."""
    return sorted({*globals(), *__all__})
