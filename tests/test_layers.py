"""The rooms of the house, held against the code: who may import whom, and what only the command may do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "muniment"

FLOORS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "errors",
            "checks",
            "digest",
            "canonical",
            "schema",
            "ed25519",
            "conversion",
            "reference",
            "dates",
            "markup",
            "parallel",
            "__about__",
        }
    ),
    frozenset({"store", "display", "files"}),
    frozenset({"record", "ssh", "trust", "timestamp", "ocfl"}),
    frozenset({"log", "sources"}),
    frozenset({"archive", "description_files", "ingest", "log_view", "memory"}),
    frozenset({"write", "diff", "cite"}),
    frozenset({"history", "snapshot", "paragraph_proof"}),
    frozenset({"verify"}),
    frozenset({"export", "importing", "site"}),
    frozenset({"cli", "__main__"}),
)
"""The rooms by floor; a room may use what lies below it."""

SIDEWAYS = {
    ("errors", "checks"), ("schema", "errors"), ("schema", "canonical"), ("canonical", "errors"), ("digest", "errors"),
    ("conversion", "digest"), ("ed25519", "errors"), ("reference", "errors"), ("reference", "digest"),
    ("dates", "errors"), ("trust", "ssh"), ("memory", "log_view"), ("paragraph_proof", "snapshot"),
    ("__main__", "cli"), ("site", "export"),
}  # fmt: skip
"""Imports between rooms of one floor, user first, as the design draws them."""

FACE = {"__init__"}
"""``muniment`` itself names the library and loads it lazily; it is no room."""

LAZY = {
    "archive.judgement",
    "cite.formats",
    "description_files",
    "diff.numbering",
    "diff.views.sides",
    "paragraph_proof.forms",
    "schema",
    "site.pages",
    "site.search_index",
    "site.shared_work",
    "site.site",
    "sources.child",
    "sources.html.elements",
    "ssh.openssh_key",
    "store.local",
    "verify.archive",
    "verify.attested",
    "verify.ocfl",
    "verify.release",
    "verify.snapshot",
}
"""The modules below the command that import inside a function, to start fast."""

FORBIDDEN_CALLS = {
    "print", "input", "breakpoint", "sys.exit", "os._exit", "os.getenv", "time.time", "time.time_ns", "datetime.now",
    "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip
FORBIDDEN_NAMES = {"os.environ", "sys.stdout", "sys.stderr", "sys.argv"}


def modules() -> dict[str, Path]:
    """Every module by its name below ``muniment``; a package is named without ``__init__``."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8"), str(path)) for name, path in MODULES.items()}


def room(module: str) -> str:
    """The room that a module lies in."""
    return module.split(".", 1)[0]


def floor(module: str) -> int:
    """The floor of a module's room."""
    return next(number for number, rooms in enumerate(FLOORS) if room(module) in rooms)


def imports(name: str) -> Iterator[tuple[str, ast.stmt]]:
    """The modules of ``muniment`` that a module imports, with the statement."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from ((alias.name[9:], node) for alias in node.names if alias.name.startswith("muniment."))
        elif isinstance(node, ast.ImportFrom) and node.module and (node.module + ".").startswith("muniment."):
            assert node.level == 0, f"{name}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}".removeprefix("muniment").lstrip(".")
                yield full if full in MODULES else node.module.removeprefix("muniment").lstrip("."), node


def only_for_types(name: str) -> set[ast.stmt]:
    """The statements below ``if TYPE_CHECKING``."""
    guarded: set[ast.stmt] = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            guarded |= {inner for inner in ast.walk(node) if isinstance(inner, ast.stmt)}
    return guarded


ROOMS = sorted({room(name) for name in MODULES} - FACE)


@pytest.mark.parametrize("name", ROOMS)
def test_every_room_has_a_floor(name: str) -> None:
    """Every module lies in a room of the design."""
    assert sum(name in rooms for rooms in FLOORS) == 1


@pytest.mark.parametrize("name", sorted(set(MODULES) - FACE))
def test_imports_point_down(name: str) -> None:
    """A module imports from rooms below its own, from its own, and sideways only as the design draws it."""
    wrong = []
    for target, node in imports(name):
        if target in {"", "__about__"} or room(target) == room(name):
            continue
        down = floor(target) < floor(name)
        if not down and (room(name), room(target)) not in SIDEWAYS:
            wrong.append(f"line {node.lineno}: {target}")
    assert wrong == []


def test_the_drawn_sideways_imports_are_of_one_floor() -> None:
    """What is drawn as sideways is so: both rooms are of one floor, and none uses the other back."""
    assert all(floor(one) == floor(other) for one, other in SIDEWAYS)
    assert not any((other, one) in SIDEWAYS for one, other in SIDEWAYS)


def test_signers_and_log_never_meet() -> None:
    """Who signs and what is logged are two claims: neither room knows the other."""
    used = {(room(name), room(target)) for name in MODULES for target, _ in imports(name)}
    assert (
        used & {(one, other) for signers in ("ssh", "trust") for one, other in ((signers, "log"), ("log", signers))}
        == set()
    )


def test_only_the_command_writes() -> None:
    """Nothing but the command and ``muniment`` itself uses the room that writes."""
    users = {room(name) for name in MODULES for target, _ in imports(name) if room(target) == "write"}
    assert users <= {"write", "cli", "importing", "__init__"}


def test_no_cycles() -> None:
    """No module needs itself to be imported."""
    graph = {
        name: {target for target, node in imports(name) if node not in only_for_types(name)} & set(MODULES)
        for name in set(MODULES) - FACE
    }
    while graph:
        ready = [name for name, needed in graph.items() if not needed & set(graph) - {name}]
        assert ready, f"a cycle among {sorted(graph)}"
        for name in ready:
            del graph[name]


@pytest.mark.parametrize("name", sorted(set(MODULES) - FACE))
def test_imports_inside_functions(name: str) -> None:
    """An import inside a function is there to start fast: in the command, and in a few modules that say so there."""
    lines = MODULES[name].read_text(encoding="utf-8").splitlines()
    functions = [n for n in ast.walk(TREES[name]) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {n.lineno for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)}
    if room(name) not in {"cli", "__main__"}:
        assert not inside or name in LAZY
        assert all("PLC0415 - start-up" in lines[line - 1] for line in inside)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_size(name: str) -> None:
    """No module is longer than 500 lines, and no function longer than 40."""
    text = MODULES[name].read_text(encoding="utf-8")
    functions = [n for n in ast.walk(TREES[name]) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno and f.end_lineno - f.lineno >= 40}
    assert len(text.splitlines()) <= 500
    assert long == {}


@pytest.mark.parametrize(
    "name", [name for name in sorted(set(MODULES) - FACE) if room(name) not in {"cli", "__main__"}]
)
def test_only_the_command_touches_the_outside(name: str) -> None:
    """Below the command nothing prints, exits, or reads the clock or the environment."""
    tree = TREES[name]
    calls = {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    used = {ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    assert calls & FORBIDDEN_CALLS == set()
    assert used & FORBIDDEN_NAMES == set()
    assert not any(isinstance(n, ast.Raise) and "SystemExit" in ast.unparse(n) for n in ast.walk(tree))


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_exception_to_a_rule_has_a_reason(name: str) -> None:
    """Whoever switches off a rule of the linter or the type checker says why on the same line."""
    lines = MODULES[name].read_text(encoding="utf-8").splitlines()
    silent = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(lines, 1)
        if ("# noqa" in line and " - " not in line.partition("# noqa")[2])
        or ("# type: ignore" in line and " - " not in line.partition("# type: ignore")[2])
        or "# pragma: no cover" in line
    ]
    assert silent == []
