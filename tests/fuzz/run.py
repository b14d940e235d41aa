"""``python tests/fuzz/run.py``: the fuzzer as a program; ``--help`` says how."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


def main() -> int:
    """Find the tests as pytest does, whatever other package is called so, and run."""
    package = ModuleType("tests")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["tests"] = package
    return int(import_module("tests.fuzz.command").main())


if __name__ == "__main__":
    raise SystemExit(main())
