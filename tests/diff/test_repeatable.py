"""The same answer everywhere: in another process, under another locale, with another hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.diff import compare, render_text
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]

OLD = """Notice

1. The harbour closes on Monday, and İstanbul ferries stop.

2. Straße und Maße: die Fähren fahren nicht. Alle Häfen sind zu.

3. Repealed.

4. Repealed.

5. 外交部表示坚决反对有关做法，双方同意继续对话。

6. أعلنت الوزارة القرار يوم الأحد وتدعو الأطراف إلى الحوار.
"""
NEW = """Notice

1. أعلنت الوزارة القرار يوم الاثنين وتدعو الأطراف إلى الحوار.

2. The harbour closes on Sunday, and ISTANBUL ferries stop.

3. Straße und Maße: die Fähren fahren nicht.

Alle Häfen sind zu.

4. Repealed.

5. 外交部表示完全反对有关做法，双方同意继续对话。

6. A new\u00a0clause.
"""
SCRIPT = """
import sys
from muniment.cli import main
sys.argv = ["archive", "diff", *sys.argv[1:]]
main()
"""
ENVIRONMENTS = (
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "1"},
    {"PYTHONHASHSEED": "4294967295"},
    {"LC_ALL": "C"},
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    {"PYTHONUTF8": "0", "LC_ALL": "POSIX"},
    {"TZ": "Pacific/Auckland", "PYTHONOPTIMIZE": "2"},
)


@pytest.mark.parametrize("shape", ["--no-color", "--json"])
def test_the_same_bytes_under_any_locale_and_hash_seed(tmp_path: Path, shape: str) -> None:
    """What is printed is the same to the byte, whatever hash seed, locale or time zone the process has."""
    (tmp_path / "old.txt").write_bytes(OLD.encode())
    (tmp_path / "new.txt").write_bytes(NEW.encode())
    printed = set()
    for environment in ENVIRONMENTS:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, "old.txt", "new.txt", shape],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80", "PYTHONPATH": os.pathsep.join(sys.path), **environment},
            capture_output=True,
            check=True,
        )
        printed.add(done.stdout)

    [only] = printed
    assert only


WORDS = st.lists(st.sampled_from(("port", "İstanbul", "straße", "中国", "حكم", "🇰🇿", "e\u0301", "\u200b")), max_size=6)
SIDES = st.lists(WORDS.map(" ".join), max_size=6)


@settings(max_examples=60)
@given(SIDES, SIDES)
def test_the_order_of_work_leaves_no_trace(side: Side, left: list[str], right: list[str]) -> None:
    """A comparison gives the same whatever was compared before, and so does its page."""
    a, b = side(*left), side(*right)
    first = compare(a, b)
    page = render_text(first, a, b)
    compare(b, a)
    compare(a, a)

    assert compare(list(a), list(b)) == first
    assert render_text(compare(a, b), a, b) == page
