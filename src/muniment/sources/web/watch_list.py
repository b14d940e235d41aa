"""A list of addresses that are watched: TOML, strict, and the order in which they are asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from muniment.errors import InputError, SourceError
from muniment.record.capture import is_line
from muniment.reference import check_release_id
from muniment.sources.html.selector import parse_selector
from muniment.sources.web.targets import parse_target

MAX_LIST: Final = 1 << 20
"""Bytes of a list."""
_MAX_PAGES: Final = 10_000
_MAX_DELAY: Final = 3600
_LANGUAGE: Final = re.compile(r"(?=.{2,60}\Z)[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_TEXTS: Final = ("language", "issuer", "title")
_SELECTORS: Final = ("select", "drop", "noise")
_MEMBERS: Final = frozenset({"url", "release", "render", *_TEXTS, *_SELECTORS})


@dataclass(frozen=True, slots=True)
class WatchedPage:
    """An address that is watched.

    Attributes:
        url: As the list has it.
        release: Of which release its answers are versions.
        select: CSS selectors of the parts that are taken.
        drop: CSS selectors of what is left out.
        noise: CSS selectors of what changes by itself: left out too, and a change in it alone is called noise.
        description: Language, issuer and title, as far as the list says them.
        render: Whether a browser makes the page first, as its words come by script.
    """

    url: str
    release: str
    select: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    description: tuple[tuple[str, str], ...] = ()
    render: bool = False


@dataclass(frozen=True, slots=True)
class WatchList:
    """The addresses, and how many seconds lie between two visits to one host."""

    pages: tuple[WatchedPage, ...]
    delay: float = 5.0


def parse_watch_list(data: bytes, *, where: str, any_port: bool = False) -> WatchList:
    """Read a list of addresses.

    Raises:
        InputError: It is no TOML, has a member that is not known, or what is none or stands twice.
    """
    try:
        value = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise InputError("this is no TOML", where=where, found=str(error)[:200]) from error
    _check_members(value, frozenset({"delay", "page"}), where)
    delay = value.get("delay", 5)
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= _MAX_DELAY:
        raise InputError("the delay is no number of seconds", where=f"{where}: delay", expected=f"0 to {_MAX_DELAY}")
    listed = value.get("page")
    if not isinstance(listed, list) or not listed or len(listed) > _MAX_PAGES:
        raise InputError("it lists no pages, or too many", where=where, expected=f"1 to {_MAX_PAGES} of [[page]]")
    pages = tuple(_page(each, f"{where}: page {number}", any_port) for number, each in enumerate(listed, 1))
    _check_once([page.release for page in pages], "release", where)
    _check_once([page.url for page in pages], "url", where)
    return WatchList(pages, float(delay))


def in_turn(pages: Sequence[WatchedPage]) -> Iterator[int]:
    """Give the numbers of the pages so that the hosts take turns: while one rests, the others are asked."""
    hosts: dict[str, list[int]] = {}
    for number, page in enumerate(pages):
        hosts.setdefault(host_of(page), []).append(number)
    longest = max(map(len, hosts.values()), default=0)
    return (numbers[turn] for turn in range(longest) for numbers in hosts.values() if turn < len(numbers))


def host_of(page: WatchedPage) -> str:
    """The host of a page that ``parse_watch_list`` has read."""
    return parse_target(page.url, any_port=True).host


def _page(value: Any, where: str, any_port: bool) -> WatchedPage:  # noqa: ANN401, FBT001 - what TOML gives; from above
    _check_members(value, _MEMBERS, where)
    texts = {name: _text(value, name, where) for name in ("url", "release", *_TEXTS) if name in value}
    missing = next((name for name in ("url", "release") if name not in texts), None)
    if missing is not None:
        raise InputError(f"the page has no {missing}", where=where)
    selectors = {name: _lines(value, name, where) for name in _SELECTORS}
    render = value.get("render", False)
    if not isinstance(render, bool):
        raise InputError("this is neither true nor false", where=f"{where}: render", found=repr(render)[:80])
    try:
        parse_target(texts["url"], any_port=any_port)
        release = check_release_id(texts["release"])
    except InputError as error:
        raise error.as_(InputError, where=where, hint=error.hint) from error
    description = tuple((name, texts[name]) for name in _TEXTS if name in texts)
    return WatchedPage(texts["url"], release, **selectors, description=description, render=render)


def _check_members(value: object, known: frozenset[str], where: str) -> None:
    if not isinstance(value, Mapping):
        raise InputError("this is no table", where=where)
    unknown = next((name for name in value if name not in known), None)
    if unknown is not None:
        raise InputError("a member that is not known", where=where, expected=", ".join(sorted(known)), found=unknown)


def _text(value: Mapping[str, Any], name: str, where: str) -> str:
    text = value[name]
    if not isinstance(text, str) or not text:
        raise InputError("this is no text", where=f"{where}: {name}")
    # A record would refuse it, but only after the page was asked, at each run.
    if name in _TEXTS and not is_line(text):
        raise InputError("this is no line of text", where=f"{where}: {name}", found=repr(text[:80]))
    if name == "language" and not _LANGUAGE.fullmatch(text):
        raise InputError(
            "this is no language", where=f"{where}: {name}", expected="BCP 47, such as en or pt-BR", found=text[:80]
        )
    return text


def _lines(value: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    lines = value.get(name, [])
    if not isinstance(lines, list) or not all(isinstance(line, str) and line for line in lines):
        raise InputError("this is no list of selectors", where=f"{where}: {name}", expected='["main", ".share"]')
    for line in lines:
        try:
            parse_selector(line)
        except SourceError as error:
            raise error.as_(InputError, where=f"{where}: {name}: {line[:80]}", hint=error.hint) from error
    return tuple(lines)


def _check_once(values: Sequence[str], name: str, where: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise InputError(f"a {name} stands in the list twice", where=where, found=value[:200])
        seen.add(value)
