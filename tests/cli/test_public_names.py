"""The public names of the library."""

from __future__ import annotations

import subprocess
import sys

import pytest

import muniment


@pytest.mark.parametrize("name", muniment.__all__)
def test_every_name_is_there(name: str) -> None:
    """Each public name can be had, and is listed."""
    assert getattr(muniment, name) is not None
    assert name in dir(muniment)


def test_other_names_are_not() -> None:
    """Another name is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="module 'muniment' has no attribute 'nonsense'"):
        _ = muniment.nonsense


@pytest.mark.parametrize("module", ["muniment", "muniment.cli"])
def test_import_is_light(module: str) -> None:
    """Importing the package or the group of verbs loads none of the heavy libraries."""
    heavy = "{'cryptography', 'jsonschema', 'jsonschema_rs', 'rich', 'regex', 'rapidfuzz', 'platformdirs', 'filelock'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)), 'muniment.archive' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"
