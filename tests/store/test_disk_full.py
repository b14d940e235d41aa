"""A full disk under ``LocalStore``: at every single act of every write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.write.syscalls import Disk, caught, no_space, tree, watched

from muniment.errors import StoreError
from muniment.store import LocalStore

Write = Callable[[LocalStore], object]

WRITES: dict[str, tuple[Write, dict[str, bytes | None]]] = {
    "create": (lambda store: store.create("a/y", b"22"), {"a/y": b"22"}),
    "create in new folders": (
        lambda store: store.create("b/c/z", b"333"),
        {"b": None, "b/c": None, "b/c/z": b"333"},
    ),
    "replace": (lambda store: store.replace("a/x", b"22", b"1"), {"a/x": b"22"}),
    "lock": (lambda store: store.lock().__enter__(), {}),
}


@pytest.mark.parametrize("full", [False, True], ids=["for a moment", "until something is removed"])
@pytest.mark.parametrize("name", WRITES)
def test_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, full: bool) -> None:  # noqa: FBT001 - a case
    """Refused at any act, a write leaves the folder as it was, or is done but for a last flush; then it succeeds."""
    write, makes = WRITES[name]
    for stop_at in range(100):
        root = tmp_path / str(stop_at)
        (root / "a").mkdir(parents=True)
        (root / "a/x").write_bytes(b"1")
        before = tree(root)
        store = LocalStore(root)
        with watched(monkeypatch, Disk(stop_at, no_space, full=full)) as disk:
            error = caught(lambda: write(store))  # noqa: B023 - called at once
        assert (error is not None) == disk.hit, stop_at
        if error is not None:
            assert isinstance(error, StoreError)
            assert "no space is left (free some space" in str(error)
            assert tree(root) in (before, before | makes), stop_at
            assert ".tmp" not in tree(root)
            if name != "lock" and tree(root) == before:
                write(LocalStore(root))
        assert tree(root) == before | makes
        if not disk.hit:
            break
    assert stop_at >= (1 if name == "lock" else 5)
