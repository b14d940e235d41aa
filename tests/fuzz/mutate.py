"""How an input is changed: by what fits its format, by tokens of it, by another input, by anything at all."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.fuzz.mutate_binary import mutate_der, mutate_strings
from tests.fuzz.mutate_bytes import GENERAL, span
from tests.fuzz.mutate_json import mutate_json
from tests.fuzz.target import Target, pack, unpack


def mutate(target: Target, random: Random, data: bytes, pool: Sequence[bytes]) -> bytes:
    """Change an input of a target in one to a few places.

    Args:
        target: Whose words and own ways are used.
        random: Decides everything; the same state gives the same change.
        data: The input.
        pool: Other inputs, to take parts from.
    """
    for _ in range(1 + min(5, int(random.expovariate(1.2)))):
        data = _once(target, random, data, pool)[: target.cap]
    return data


def _once(target: Target, random: Random, data: bytes, pool: Sequence[bytes]) -> bytes:
    choice = random.random()
    if target.mutate is not None and choice < 0.5:
        return target.mutate(random, data)
    if choice < 0.6:
        structured = mutate_structure(random, data)
        if structured is not None:
            return structured
    if choice < 0.68 and target.words:
        at, end = span(random, len(data))
        return data[:at] + random.choice(target.words) + data[at if random.random() < 0.5 else end :]
    if choice < 0.78:
        other = random.choice(pool)
        start, end = span(random, len(other), 400)
        at, until = span(random, len(data), 400)
        return data[:at] + other[start:end] + data[until if random.random() < 0.5 else at :]
    return random.choice(GENERAL)(random, data)


def mutate_structure(random: Random, data: bytes) -> bytes | None:
    """Change bytes as what they look like; None where they look like nothing known."""
    head = data[:1]
    if head in {b"{", b"["}:
        return mutate_json(random, data)
    if head == b"0":
        return mutate_der(random, data)
    if data[:1] < b"\x20":
        return mutate_strings(random, data)
    return None


def mutate_file(random: Random, data: bytes) -> bytes:
    """Change one file of a tree."""
    structured = mutate_structure(random, data) if random.random() < 0.6 else None
    return random.choice(GENERAL)(random, data) if structured is None else structured


def mutate_tree(random: Random, data: bytes) -> bytes:
    """Change a packed tree: one of its files, or which files there are."""
    files = unpack(data)
    if not files:
        return random.choice(GENERAL)(random, data)
    path, other = random.choice(list(files)), random.choice(list(files))
    how = random.randrange(10)
    if how == 0:
        del files[path]
    elif how == 1:
        files[path] = files[other]
    elif how == 2:
        files[path], files[other] = files[other], files[path]
    elif how == 3:
        files[random.choice((f"{path}x", other.replace("1", "2"), f"v2/{path}", path.upper(), "extra.txt"))] = files[
            path
        ]
    else:
        files[path] = mutate_file(random, files[path])
    return pack(files)
