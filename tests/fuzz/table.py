"""The table of targets: one row a parser."""

from __future__ import annotations

from tests.fuzz import (
    rows_cite,
    rows_cli,
    rows_export,
    rows_import,
    rows_json,
    rows_log,
    rows_ocfl,
    rows_pages,
    rows_places,
    rows_signing,
    rows_text,
    rows_warc,
    rows_web,
)
from tests.fuzz.target import Target

TARGETS: tuple[Target, ...] = (
    *rows_json.ROWS,
    *rows_log.ROWS,
    *rows_signing.ROWS,
    *rows_ocfl.ROWS,
    *rows_export.ROWS,
    *rows_text.ROWS,
    *rows_pages.ROWS,
    *rows_warc.ROWS,
    *rows_web.ROWS,
    *rows_import.ROWS,
    *rows_places.ROWS,
    *rows_cite.ROWS,
    *rows_cli.ROWS,
)
