"""The table of attacks in ``docs/threat-model.md`` and its tests hold each other: neither is without the other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from muniment.cli.app import VERBS
from muniment.verify.report import NAMES

PAGE = Path(__file__).parents[1] / "docs" / "threat-model.md"
TABLE = Path(__file__).parent / "attacks" / "test_table.py"

_LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")


def rows() -> list[list[str]]:
    """The cells of each row of the table."""
    section = PAGE.read_text(encoding="utf-8").split("\n## Every attack, and its test\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def promised_in(file: Path) -> set[str]:
    """The names of the tests of a file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def name_of(attack: str) -> str:
    """The test of a row is named after it."""
    return "test_" + re.sub(r"[^a-z0-9]+", "_", attack.lower()).strip("_")


def test_every_row_has_its_test() -> None:
    """Each row links first a test that is named after it and exists; every further link leads to tests that exist."""
    for attack, _, _, cell in rows():
        links = _LINK.findall(cell)
        assert links[0][0] == name_of(attack)
        for name, target in links:
            file = (PAGE.parent / target).resolve()
            assert file.is_relative_to(PAGE.parents[1] / "tests"), target
            assert name in promised_in(file) or name == file.stem, (attack, name)


def test_every_named_test_exists() -> None:
    """Whatever the page calls a test, in this table or another, is one."""
    named = set(re.findall(r"\btest_[a-z0-9_]+\b(?!\.py)", PAGE.read_text(encoding="utf-8")))
    files = list(Path(__file__).parent.rglob("test_*.py"))
    assert named <= {file.stem for file in files}.union(*map(promised_in, files))


def test_every_test_has_its_row() -> None:
    """Every test of the table stands in a row, and no attack stands twice."""
    attacks = [attack for attack, *_ in rows()]
    assert len(set(attacks)) == len(attacks)
    assert promised_in(TABLE) <= {name_of(attack) for attack in attacks}


def test_every_row_says_what_finds_it() -> None:
    """Each row says what is done, and by which numbered checks it is found; a dash where it reaches none."""
    for attack, done, checks, _ in rows():
        assert done, attack
        assert checks == "–" or {int(number) for number in checks.split(", ")} <= set(NAMES), attack


GUARDS = "\n## What stands before every signature and every screen\n"
_CODE = re.compile(r"`([^`]+)`")


def guards() -> list[list[str]]:
    """The cells of each row of the table of what stands before signatures and screens."""
    section = PAGE.read_text(encoding="utf-8").split(GUARDS)[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def defined() -> set[str]:
    """Every function, method and test that there is, methods with their class before them."""
    found = set()
    for folder in ("src/muniment", "tests"):
        for path in (PAGE.parents[1] / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    found.add(node.name)
                elif isinstance(node, ast.ClassDef):
                    found |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return found


def test_every_guard_exists() -> None:
    """Each row names functions or tests that exist, and each check by a number that there is."""
    names = defined()
    for row in guards():
        held = _CODE.findall(row[4])
        assert held, row
        assert set(held) <= names, row
        numbers = re.findall(r"\(([0-9, ]+)\)", row[3])
        assert {int(each) for group in numbers for each in group.split(", ")} <= set(NAMES), row


def test_every_verb_is_guarded() -> None:
    """Each verb of the command stands in the table, and no other word does."""
    named = {verb for row in guards() for verb in _CODE.findall(row[2])}
    assert named == set(VERBS)
