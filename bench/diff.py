"""`archive diff` beside git's word diff, difflib and rapidfuzz, in one run: what they find, how long, how much memory.

    python bench/diff.py [--cases N] [--seed N] [--size N] [--eval diff_eval.py]

Found: edits of known truth in eleven languages of nine scripts, scored by ``diff_eval.py`` (looked for in
``../shared/tools``; without it these figures are left out); and kinds of change that word diffs get wrong
(``diff_kinds.py``).  Time: pairs of 10,000 paragraphs, whole processes; and
pairs of 25 KB, our comparison in this process beside a whole process of git on the same pair.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from diff_kinds import by_kind
from diff_texts import SCRIPTS, big_pairs, pairs_of_25_kb, write_texts

from muniment.diff import compare
from muniment.sources import extract

HERE = Path(__file__).resolve().parent
EVAL = HERE.parents[1] / "shared" / "tools" / "diff_eval.py"
PATIENCE, MEMORY = 25, 3 << 30  # seconds and bytes that a tool gets for a big pair
OURS = [sys.executable, "-m", "muniment", "diff", "--json", "./a.txt", "./b.txt"]
GIT = ["git", "diff", "--no-index", "--word-diff", "a.txt", "b.txt"]
TOOLS = {
    "archive diff": OURS,
    **{
        name: [sys.executable, str(HERE / "diff_others.py"), name, "a.txt", "b.txt"]
        for name in ("git", "difflib", "rapidfuzz")
    },
}
BIG = {**TOOLS, "git": GIT}


@dataclass(frozen=True)
class Run:
    """One whole process."""

    output: bytes
    seconds: float
    megabytes: float
    trouble: str = ""


def run(command: list[str], folder: Path, patience: float = 60) -> Run:
    """Run a command in the folder of a pair, within bounds of time and memory."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=output,
            stderr=subprocess.DEVNULL,
            preexec_fn=_bounded(patience),  # noqa: PLW1509 - no threads here
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        # Linux counts in kilobytes, macOS in bytes.
        megabytes = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        trouble = "" if process.returncode in {0, 1} and output.seek(0, 2) else "out of memory"
        trouble = f"> {patience:.0f} s" if process.returncode in {-signal.SIGXCPU, -signal.SIGKILL} else trouble
        output.seek(0)
        return Run(output.read(), seconds, megabytes, trouble)


def _bounded(patience: float) -> Callable[[], None]:
    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(patience), int(patience)))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    return bound


# --- what they find ---


def found(evaluation: ModuleType, cases: int, seed: int) -> None:
    """Score every tool on the same cases, without numbers and with them."""
    print(f"Edits of known truth: {len(SCRIPTS)} languages of nine scripts, {cases} cases a row, seed {seed}")
    print(
        f"{'labels':7} {'tool':13} {'op F1':>6} {'changed-link F1':>16} {'size ratio':>11} {'invalid':>8} {'unlike':>7}"
    )
    with tempfile.TemporaryDirectory() as name:
        texts = Path(name)
        write_texts(texts, seed)
        documents = evaluation.load(texts)
        for labels in ("none", "prefix"):
            drawn = evaluation.make_cases(documents, cases, seed, labels, 10, 60)
            for tool, command in TOOLS.items():
                _score(evaluation, drawn, labels, tool, command)
    print()


def _score(evaluation: ModuleType, cases: list[object], labels: str, tool: str, command: list[str]) -> None:
    tally, unstable = evaluation.Tally(), 0
    for number, case in enumerate(cases):
        with tempfile.TemporaryDirectory() as name:
            case.write(Path(name), "txt")  # type: ignore[attr-defined] - diff_eval.Case
            done = run(command, Path(name))
            if number % 5 == 1:
                unstable += run(command, Path(name)).output != done.output
        try:
            tally.add(case, json.loads(done.output)["operations"], done.seconds)
        except (ValueError, KeyError):
            tally.add(case, [], done.seconds, "no JSON")
    report = tally.report()
    ratio = report["size_ratio"]
    print(
        f"{labels:7} {tool:13} {report['ops']['f1']:6.3f} {report['changed_links']['f1']:16.3f} "
        f"{'-' if ratio is None else format(ratio, '.3f'):>11} {report['invalid']:8} {unstable:7}"
    )


# --- how long it takes ---


def big(size: int, seed: int) -> None:
    """Time whole processes on large pairs."""
    print(f"{size} paragraphs: whole process, seconds / peak MB")
    print(f"{'':14}" + "".join(f"{tool:>20}" for tool in BIG))
    for name, a, b in big_pairs(size, seed):
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), a, b)
            cells = []
            for command in BIG.values():
                done = run(command, Path(folder), PATIENCE)
                cells.append(done.trouble or f"{done.seconds:.2f} / {done.megabytes:.0f}")
        print(f"{name:14}" + "".join(f"{cell:>20}" for cell in cells))
    print()


def small(seed: int, count: int) -> None:
    """Time our comparison in this process beside a whole process of git."""
    compared, whole = [], []
    for a, b in pairs_of_25_kb(seed, count):
        with tempfile.TemporaryDirectory() as folder:
            _write(Path(folder), a, b)
            git = statistics.median(run(GIT, Path(folder)).seconds for _ in range(3))
        sides = [extract(text.encode()).paragraphs for text in (a, b)]
        compared.append(_seconds(lambda sides=sides: compare(*sides)) / git)  # type: ignore[misc] - bound at once
        whole.append(_seconds(lambda a=a, b=b: compare(*(extract(t.encode()).paragraphs for t in (a, b)))) / git)  # type: ignore[misc] - likewise
    print(f"25 KB, {count} pairs in {len(SCRIPTS)} languages: our time in process / a whole process of git word diff")
    for name, ratios in (("compare", compared), ("read, segment and compare", whole)):
        print(f"  {name:26} median {statistics.median(ratios):.2f}, largest {max(ratios):.2f}")


def _seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _write(folder: Path, a: str, b: str) -> None:
    (folder / "a.txt").write_text(a, encoding="utf-8")
    (folder / "b.txt").write_text(b, encoding="utf-8")


def _load(path: Path) -> ModuleType | None:
    if not path.is_file():
        return None
    spec = importlib.util.spec_from_file_location("diff_eval", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Run all three parts."""
    parser = argparse.ArgumentParser(description="archive diff beside git, difflib and rapidfuzz")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=44)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--eval", type=Path, default=EVAL)
    given = parser.parse_args()
    small(given.seed, given.pairs)
    print()
    by_kind(given.cases, given.seed)
    print()
    big(given.size, given.seed)
    evaluation = _load(given.eval)
    if evaluation is None:
        print(f"no {given.eval}: figures on edits of known truth left out (--eval FILE names it)")
    else:
        found(evaluation, given.cases, given.seed)


if __name__ == "__main__":
    main()
