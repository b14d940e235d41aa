"""Changes to JSON that keep it JSON: members dropped, added, doubled, of another type, deep, huge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.fuzz.mutate_bytes import SIGNS, span

_HUGE: tuple[Any, ...] = (
    0,
    -1,
    1,
    2**31,
    2**53 - 1,
    2**53,
    -(2**53),
    2**63,
    10**30,
    0.5,
    1e308,
    True,
    False,
    None,
    "",
    [],
    {},
    "\ud800",
)
_TEXTS = (
    "", " ", "\0", "\u202e", "sha256:" + "0" * 64, "../../x", "/etc/passwd", "2022-02-30", "0000", "javascript:x",
    "9999-12-31T23:59:60Z", "http://[", "x" * 3000, "v1", "v0", "p1", "h1", "null", "\ud83d", "\U0001f600", "\u00e9",
    "e\u0301", "con",
)  # fmt: skip


def mutate_json(random: Random, data: bytes) -> bytes | None:
    """Change a JSON text in one place; None where it is none."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    places = list(_places(value))
    if not places or random.random() < 0.02:
        return _written(random, [value])
    holder, key = random.choice(places)
    _change(random, holder, key, places)
    return _written(random, value)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any JSON
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        yield value, key
        yield from _places(item)


def _change(random: Random, holder: Any, key: Any, places: list[tuple[Any, Any]]) -> None:  # noqa: ANN401 - any JSON
    how = random.randrange(9)
    old = holder[key]
    other_holder, other_key = random.choice(places)
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[key] = random.choice(_HUGE)
    elif how == 2:
        holder[key] = random.choice(_TEXTS)
    elif how == 3:
        holder[key] = json.loads("[" * 70 + "]" * 70) if random.random() < 0.2 else [old]
    elif how == 4 and isinstance(holder, dict):
        holder[random.choice((f"{key}x", "", "\ue000", "\U0001f600", "constructor", "type"))] = old
    elif how == 5 and isinstance(holder, list):
        holder[key:key] = [old] * random.choice((1, 1, 2, 65, 300))
    elif how == 6:
        holder[key] = (
            json.loads(json.dumps(other_holder[other_key])) if other_holder is not holder or key != other_key else old
        )
    else:
        holder[key] = _other(random, old)


def _other(random: Random, value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Change a value a little, and keep its type."""
    if isinstance(value, str):
        start, end = span(random, len(value))
        sign = random.choice((*_TEXTS, random.choice(SIGNS).decode("utf-8", "replace")))
        return value[:start] + random.choice(("", sign, value[start:end] * 2)) + value[end:]
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value + random.choice((-1, 1, 256, 10**9))
    if isinstance(value, list):
        return random.sample(value, len(value))
    return {} if random.random() < 0.3 else dict(reversed(value.items()))


def _written(random: Random, value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Mostly in canonical form, or as OCFL inventories stand, so that it gets past the first look."""
    style = random.randrange(10)
    if style < 6:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    elif style < 9:
        text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    else:
        text = json.dumps(value, indent=random.choice((None, 1)))
    return text.encode("utf-8", "surrogatepass")
