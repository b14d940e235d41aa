"""Tests of ``muniment.errors``."""

from __future__ import annotations

import pickle
import re
from typing import Any

import pytest

from muniment import errors
from muniment.errors import FormatError, InputError, IntegrityError, MunimentError, UnavailableError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MunimentError)]


@pytest.mark.parametrize("kind", KINDS)
def test_exit_codes(kind: type[MunimentError]) -> None:
    """Each error belongs to one of three families, whose number is the exit code."""
    families = {InputError: 2, IntegrityError: 1, UnavailableError: 3}
    assert kind is MunimentError or [kind.exit_code] == [
        n for family, n in families.items() if issubclass(kind, family)
    ]


def test_the_tree_is_drawn_in_full() -> None:
    """The tree in the module's docstring names every error there is, and no other."""
    drawn = re.findall(r"\w+Error", errors.__doc__ or "")
    assert sorted(drawn[: len(KINDS)]) == sorted(kind.__name__ for kind in KINDS)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (MunimentError("broken"), "broken"),
        (MunimentError("broken", where="a.json"), "a.json: broken"),
        (MunimentError("broken", expected="1"), "broken: expected 1"),
        (MunimentError("broken", found="2"), "broken: found 2"),
        (MunimentError("broken", hint="mend it"), "broken (mend it)"),
        (
            MunimentError("broken", where="a.json", expected="1", found="2", hint="mend it"),
            "a.json: broken: expected 1, found 2 (mend it)",
        ),
    ],
)
def test_one_line(error: MunimentError, line: str) -> None:
    """An error reads as one line of the parts that are there."""
    assert str(error) == line


@pytest.mark.parametrize("kind", KINDS)
def test_crosses_processes(kind: type[MunimentError]) -> None:
    """An error that crosses to another process keeps its type and every field."""
    error = kind("broken", where="a.json", expected="1", found="2", hint="mend it")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - what this test has pickled itself
    assert type(again) is kind
    assert vars(again) == vars(error)


@pytest.mark.parametrize("part", ["what", "where", "expected", "found", "hint"])
def test_hostile_parts_are_cut(part: str) -> None:
    """Whatever an error quotes, its one line stays readable; the place that programs compare stays whole."""
    parts: dict[str, Any] = {"what": "broken", part: "x" * 1_000_000}
    error = MunimentError(**parts)
    assert len(str(error)) < 1100
    assert len(getattr(error, part)) == (1_000_000 if part == "where" else errors.LONGEST)
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)  # noqa: S301 - what this test has pickled itself


def test_finding() -> None:
    """What ``verify`` finds too begins with the number and the name of its check, whoever raised it."""
    error = IntegrityError("broken", where="a.json", check=9)
    assert str(error) == "FAILED 9 entry: a.json: broken"
    assert pickle.loads(pickle.dumps(error)).check == 9  # noqa: S301 - what this test has pickled itself
    with pytest.raises(IntegrityError, match=r"^FAILED 7 signature: broken$"), errors.finding_of(7):
        raise IntegrityError("broken")


def test_as_another_kind() -> None:
    """The same fault as an error of another kind keeps what, where, expected and found; the next step is given anew."""
    error = FormatError("not a size", where="log", expected="a number", found="x", hint="look", check=10)
    other = error.as_(InputError)
    assert (type(other), str(other)) == (InputError, "log: not a size: expected a number, found x")
    named = error.as_(InputError, what="not this", where="", hint="another", check=9)
    assert str(named) == "FAILED 9 entry: not this: expected a number, found x (another)"
