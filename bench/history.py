"""`archive blame` over 500 versions of a 50-paragraph text, beside `git blame` on the same texts committed 500 times.

Whole processes, in turn, in one run; the texts are seeded.  Git blames lines, of which here each paragraph is one, and
follows moved lines with -M.  It says less: no words, no returns, no splits.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import WORDS, founders, text

from muniment.ingest import Source
from muniment.store import LocalStore
from muniment.write.create import create_archive
from muniment.write.version import Author, Keys, add_publication

VERSIONS, PARAGRAPHS, RUNS = 500, 50, 5
LIMIT = 5.0


def histories(rng: random.Random) -> list[list[str]]:
    """The versions: most edit one paragraph; some also move one, take one out, or put one back."""
    lines, made, out = text(rng, PARAGRAPHS - 1), [], ""
    for version in range(VERSIONS):
        words = lines[place := rng.randrange(1, len(lines))].split()
        words[rng.randrange(1, len(words))] = rng.choice(WORDS)
        lines[place] = " ".join(words)
        if version % 10 == 3:
            lines.insert(rng.randrange(1, len(lines)), lines.pop(rng.randrange(1, len(lines))))
        if version % 20 == 5:
            out = lines.pop(rng.randrange(1, len(lines)))
        if version % 20 == 15:
            lines.insert(rng.randrange(1, len(lines)), out)
        made.append([*lines, f"Version {version}."])
    return made


def build_archive(folder: Path, versions: list[list[str]]) -> None:
    """Make the archive: one release, each text a version."""
    made = founders()
    store, keys = LocalStore(folder, sync=False), Keys(made.record, made.log)
    create_archive(store, made, origin="bench.example.org", now="2026-01-01T00:00:00Z")
    for lines in versions:
        source = Source(("\n\n".join(lines) + "\n").encode(), "text.txt", "2026-01-01")
        add_publication(store, keys, "release", source, {"language": "en"}, Author("2026-01-02T12:00:00Z"))


def build_repository(folder: Path, versions: list[list[str]]) -> None:
    """Commit the same texts, one line a paragraph, in one stream."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    stream = []
    for lines in versions:
        data = "\n\n".join(lines) + "\n"
        stream.append(
            "commit refs/heads/main\ncommitter bench <bench@example.org> 1767268800 +0000\ndata 1\nv\n"
            f"M 644 inline text.txt\ndata {len(data.encode())}\n{data}\n"
        )
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input="".join(stream).encode(), check=True)


def seconds(command: list[str]) -> float:
    """Run a command to its end and give its wall time."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Build both, time them in turn, and print medians and ratios."""
    with tempfile.TemporaryDirectory() as temporary:
        archive, repository = Path(temporary) / "archive", Path(temporary) / "repository"
        versions = histories(random.Random(4))
        build_archive(archive, versions)
        build_repository(repository, versions)
        ours = [sys.executable, "-m", "muniment", "--archive", str(archive)]
        git = ["git", "-C", str(repository)]
        commands = {
            "archive blame release": [*ours, "blame", "release"],
            "archive blame --words": [*ours, "blame", "release", "--words"],
            "git blame -M": [*git, "blame", "-M", "main", "--", "text.txt"],
            "archive when PHRASE": [*ours, "when", "Version 7.", "release"],
            "git log -S PHRASE": [*git, "log", "--oneline", "-S", "Version 7.", "main"],
            "archive log release": [*ours, "log", "release"],
        }
        turns = [{name: seconds(command) for name, command in commands.items()} for _ in range(RUNS + 1)][1:]
        medians = {name: statistics.median(turn[name] for turn in turns) for name in commands}
    print(f"{VERSIONS} versions of {PARAGRAPHS} paragraphs, whole processes, median of {RUNS}:")
    for name, median in medians.items():
        print(f"  {name:<22} {median * 1000:6.0f} ms")
    blame, git_blame = medians["archive blame release"], medians["git blame -M"]
    print(f"blame / git blame: {blame / git_blame:.1f}; of the {LIMIT:.0f} s allowed: {blame / LIMIT:.2f}")
    print(f"when / git log -S: {medians['archive when PHRASE'] / medians['git log -S PHRASE']:.1f}")


if __name__ == "__main__":
    main()
