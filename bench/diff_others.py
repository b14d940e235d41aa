"""What others make of two texts, in the terms of `archive diff --json`: difflib, rapidfuzz and git's word diff.

None of them knows paragraphs.  Each gives one stream of kept, deleted and inserted words over the whole text; a
paragraph of A and one of B are taken to be the same one when they keep most of their characters in common.

    python bench/diff_others.py difflib|rapidfuzz|git A B
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from rapidfuzz.distance import Indel

Piece = tuple[str, str]
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


def by_opcodes(a: str, b: str, tool: str) -> Iterator[Piece]:
    """Words compared by difflib, or by the longest common subsequence of rapidfuzz."""
    x, y = _WORDS.findall(a), _WORDS.findall(b)
    if tool == "difflib":
        codes = [tuple(code) for code in difflib.SequenceMatcher(None, x, y).get_opcodes()]
    else:
        numbers: dict[str, int] = {}
        ids = [[numbers.setdefault(word, len(numbers)) for word in words] for words in (x, y)]
        codes = [(c.tag, c.src_start, c.src_end, c.dest_start, c.dest_end) for c in Indel.opcodes(*ids)]
    for tag, a1, a2, b1, b2 in codes:
        if tag == "equal":
            yield "=", "".join(x[a1:a2])
        else:
            yield from (("-", "".join(x[a1:a2])), ("+", "".join(y[b1:b2])))


def by_git(a: Path, b: Path) -> Iterator[Piece]:
    """Git's word diff, default split; what it leaves out as white space comes back as line feeds."""
    command = ["git", "diff", "--no-index", "--word-diff=porcelain", "--no-color", "-U1000000", str(a), str(b)]
    output = subprocess.run(command, capture_output=True, check=False).stdout.decode()
    if not output:
        yield "=", a.read_text(encoding="utf-8")
        return
    for line in output.split("\n@@ ", 1)[1].split("\n")[1:]:
        if line == "~":
            yield "=", "\n"
        elif line[:1] in {" ", "-", "+"}:
            yield "=" if line[0] == " " else line[0], line[1:]


def operations(a: list[str], b: list[str], pieces: Iterable[Piece]) -> list[dict[str, object]]:
    """Read operations off a stream: which paragraphs keep most of their characters in common."""
    common: dict[tuple[int, int], int] = Counter()
    own = [Owner(a), Owner(b)]
    for tag, text in pieces:
        for character in text:
            if character.isspace():
                continue
            i = own[0].place(character) if tag in "=-" else -1
            j = own[1].place(character) if tag in "=+" else -1
            if tag == "=":
                common[i, j] += 1
    size_a, size_b = ([len("".join(text.split())) for text in side] for side in (a, b))
    linked = [(i, j) for (i, j), kept in common.items() if 2 * kept >= min(size_a[i], size_b[j])]
    return _as_operations(a, b, linked)


class Owner:
    """Walks one side: which paragraph the next visible character stands in."""

    def __init__(self, paragraphs: list[str]) -> None:
        self._ends = [len("".join(text.split())) for text in paragraphs]
        self._index, self._used = 0, 0

    def place(self, character: str) -> int:
        """The paragraph of the next character."""
        assert not character.isspace()
        while self._used >= self._ends[self._index]:
            self._index, self._used = self._index + 1, 0
        self._used += 1
        return self._index


def _as_operations(a: list[str], b: list[str], linked: Iterable[tuple[int, int]]) -> list[dict[str, object]]:
    of_a: dict[int, list[int]] = defaultdict(list)
    of_b: dict[int, list[int]] = defaultdict(list)
    for i, j in linked:
        of_a[i].append(j)
        of_b[j].append(i)
    found: list[dict[str, object]] = []
    done: set[int] = set()
    for i in range(len(a)):
        targets = sorted(of_a[i])
        if not targets:
            found.append({"op": "delete", "a": [i], "b": []})
        elif len(targets) > 1 and all(of_b[j] == [i] for j in targets):
            found.append({"op": "split", "a": [i], "b": targets, "segments": _rough(a[i], [b[j] for j in targets])})
            done.update(targets)
        elif len(targets) == 1 and len(of_b[targets[0]]) > 1 and all(of_a[k] == targets for k in of_b[targets[0]]):
            if targets[0] not in done:
                sources = sorted(of_b[targets[0]])
                texts = _rough("\n".join(a[k] for k in sources), [b[targets[0]]])
                found.append({"op": "merge", "a": sources, "b": targets, "segments": texts})
                done.add(targets[0])
        else:
            free = [j for j in targets if j not in done]
            found.append(_single(a, b, i, free[0]) if free else {"op": "delete", "a": [i], "b": []})
            done.update(free[:1])
    return found + [{"op": "insert", "a": [], "b": [j]} for j in range(len(b)) if j not in done]


def _single(a: list[str], b: list[str], i: int, j: int) -> dict[str, object]:
    if a[i] == b[j]:
        return {"op": "equal", "a": [i], "b": [j]}
    return {"op": "replace", "a": [i], "b": [j], "segments": _rough(a[i], [b[j]])}


def _rough(old: str, new: list[str]) -> list[list[str]]:
    """The words of one operation, by difflib: the streams themselves leave white space out or cut it elsewhere."""
    return [list(piece) for piece in by_opcodes(old, "\n".join(new), "difflib") if piece[1]]


def main() -> None:
    """Print the operations."""
    tool, a, b = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    texts = [path.read_text(encoding="utf-8") for path in (a, b)]
    sides = [text.strip("\n").split("\n\n") for text in texts]
    pieces = by_git(a, b) if tool == "git" else by_opcodes(texts[0], texts[1], tool)
    print(json.dumps({"operations": operations(sides[0], sides[1], pieces)}))


if __name__ == "__main__":
    main()
