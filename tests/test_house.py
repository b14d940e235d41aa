"""The map of the house is true: docstrings of packages, ``docs/house.md``, names, and how small a module may be."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest
from tests.test_layers import FLOORS, MODULES, SOURCE, TREES, imports, room

PAGE = Path(__file__).parents[1] / "docs" / "house.md"
PACKAGES = sorted(name for name, path in MODULES.items() if path.name == "__init__.py" and name != "__init__")

SMALL = 100
"""Lines below which a module with one user in its own room needs a reason."""

APART = {
    "cli.attested_lines": "what others attest, apart from the lines on what is checked",
    "cli.added_before": "a rule by itself, beside a verb that is long",
    "cli.editor": "what somebody is asked, beside a verb that asks nobody",
    "cli.part_options": "options that a verb is given as one, beside a verb that is long",
    "cli.preview_page": "loaded only where a page is asked for",
    "cli.serving": "what an ASGI server imports, beside a verb",
    "cli.verbs.import_.wording": "what other verbs say, in the words of this one, held to all that is said below",
    "cli.verbs.key.show": "a verb of its own",
    "site.growth": "what need not be made again, apart from how it is written",
    "cli.verbs.verify_explain": "start-up: loaded only where commands are asked for",
    "cli.verbs.witness.forget": "a verb of its own",
    "cli.verbs.witness.import_": "a verb of its own",
    "cli.verbs.witness.init": "a verb of its own",
    "cli.verbs.witness.request": "a verb of its own",
    "cli.verbs.verify_ocfl": "loaded for one option of a verb, for which the others need not wait",
    "sources.html.table_rows": "the grid of a table, beside the longer rules of all paragraphs",
    "sources.pdf.layout": "of what kind a paragraph is, beside the longer rules of where it ends",
    "sources.pdf.running": "what is set apart by its place on many pages, before paragraphs are made",
    "store.bounded_answer": "how a hostile answer ends, below a library that does not ask; beside what is asked",
    "verify.staging": "what is beside an archive, and no part of it",
}
"""Modules that stay small on their own, and why."""

ALIKE = {
    "engine": "of PDF files, and of imports",
    "extraction": "pages, and PDF files, from bytes to paragraphs",
    "html": "pages as they are read, and a comparison as one",
    "markdown": "Markdown as it is read, and a comparison in it",
    "site": "the room of the web site, and what such a site is made from",
    "reading": "a record as it is read, and a citation as it is read back",
    "version": "what is written, and what is judged",
}
"""File names that stand twice, and why; besides the verbs, and the rooms that name what they judge or hand out."""

NAMED_AFTER_THINGS = ("cli.verbs.", "verify.", "export.")
"""Where a module is called after what it works on: ``verify.log`` judges what ``log`` makes."""


def children(package: str) -> set[str]:
    """The names of what lies directly in a package."""
    inside = {name for name in MODULES if name.startswith(f"{package}.")}
    return {name[len(package) + 1 :] for name in inside if "." not in name[len(package) + 1 :]}


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_names_its_modules(package: str) -> None:
    """The docstring of a package names each of its modules in a line, once, and nothing that is not there."""
    docstring = ast.get_docstring(TREES[package]) or ""
    named = re.findall(r"^- ``([a-z_0-9]+)``: \S", docstring, flags=re.MULTILINE)
    assert sorted(named) == sorted(children(package))


def test_the_page_is_short() -> None:
    """``docs/house.md`` can be read at one go."""
    assert len(PAGE.read_text(encoding="utf-8").splitlines()) <= 120


def test_the_floors_on_the_page() -> None:
    """The table of the page has the rooms and floors that imports are held to."""
    table = re.findall(r"^\| (\d+) \| ((?:`[a-z_0-9]+/?` ?)+) \|", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = {name.strip("/"): int(number) for number, names in table for name in re.findall(r"`([^`]+)`", names)}
    here = {room(name) for name in MODULES} - {"__init__", "__about__", "__main__"}
    assert told == {name: number for number, rooms in enumerate(FLOORS, 1) for name in rooms & here}


def test_the_places_on_the_page() -> None:
    """Whatever the page names as a place in the code is there."""
    text = PAGE.read_text(encoding="utf-8")
    next_ones = {"importing", "store/objects", "verify/parts"}
    rooms = {room(name) for name in MODULES}
    places = {place.strip("/") for place in re.findall(r"`([a-z_0-9]+(?:/[a-z_0-9]+)*/?)`", text)}
    places = {place for place in places if place.split("/")[0] in rooms and place not in next_ones}
    assert [p for p in sorted(places) if not (SOURCE / p).exists() and not (SOURCE / f"{p}.py").exists()] == []


def test_small_modules_stand_apart_for_a_reason() -> None:
    """A module under 100 lines that only one other of its room uses is merged, or says why it stands apart."""
    users: dict[str, set[str]] = defaultdict(set)
    for name in MODULES:
        for target, _ in imports(name):
            users[target].add(name)
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    small = {
        name
        for name, path in MODULES.items()
        if lines[name] < SMALL and path.name not in {"__init__.py", "__main__.py", "__about__.py"}
        for using in [users[name] - {name}]
        if len(using) == 1 and room(next(iter(using))) == room(name)
    }
    assert small == APART.keys()


def test_no_file_name_twice() -> None:
    """No two modules have one name, but where their rooms are named after things, or for a reason."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in MODULES:
        if not name.startswith(NAMED_AFTER_THINGS):
            found[name.rpartition(".")[2]].append(name)
    for name in MODULES:
        stem = name.rpartition(".")[2]
        if name.startswith(("verify.", "export.")) and any(other.startswith("write.") for other in found.get(stem, ())):
            found[stem].append(name)
    assert {stem for stem, names in found.items() if len(names) > 1} == ALIKE.keys()


def test_no_class_twice() -> None:
    """No two public classes have one name."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(name)
    assert {name: homes for name, homes in found.items() if len(homes) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_name_hides_a_module(package: str) -> None:
    """A package defines nothing that is called as one of its modules: importing the module would replace it."""
    defined = {node.name for node in TREES[package].body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in TREES[package].body:
        if isinstance(node, ast.Assign):
            defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    assert defined & children(package) == set()
