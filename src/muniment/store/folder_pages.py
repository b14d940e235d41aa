"""What web servers show of a folder: the JSON of nginx and of Caddy, and the pages that most servers make.

A page is believed to list a folder only where its title says so: a page that somebody wrote links to what it likes.
"""

from __future__ import annotations

import json
import re
from html import unescape
from operator import attrgetter
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urljoin

from muniment.errors import StoreError
from muniment.store.interface import Kind, Node, is_name

MAX_LISTING: Final = 64 * 1024 * 1024
"""Bytes of what a server shows of one folder."""
_TITLES: Final = ("index of", "directory listing for")
# Programs make these pages, so they are simple; and whoever wrote another one holds nobody up: every run has a bound.
_TITLE: Final = re.compile(r"<title(?:\s[^<>]{0,500})?>([^<]{0,1000})", re.IGNORECASE)
_LINK: Final = re.compile(
    r"""<a\s(?:[^<>]{0,500}?\s)??href\s{0,9}=\s{0,9}(?:"([^"<>]{0,2000})"|'([^'<>]{0,2000})'|([^\s"'<>]{1,2000}))""",
    re.IGNORECASE,
)
_KINDS: Final[dict[object, Kind]] = {"file": "file", "directory": "directory", True: "directory", False: "file"}


def parse_folder_page(data: bytes, folder: str, *, is_json: bool) -> tuple[Node, ...]:
    """Read the names in a folder, by code point; a page says no sizes, so that they are 0.

    Args:
        data: What the server shows.
        folder: Its address, with a slash at its end.
        is_json: Whether the server says that it is JSON; else it is HTML.

    Raises:
        StoreError: It is no list of a folder.
    """
    nodes = _from_json(data, folder) if is_json else _from_page(data, folder)
    return tuple(sorted({node.name: node for node in nodes}.values(), key=attrgetter("name")))


def no_list(folder: str) -> StoreError:
    """Say that a server shows no folder."""
    return StoreError(
        "this web server does not list its folders",
        where=folder,
        expected="a list made by the server, as HTML or JSON",
        hint="its keeper can turn lists of folders on below the archive, or offer the archive in a bucket",
    )


def _from_json(data: bytes, folder: str) -> list[Node]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise no_list(folder) from error
    if not isinstance(value, list):
        raise no_list(folder)
    return [_listed(item, folder) for item in value]


def _listed(item: Any, folder: str) -> Node:  # noqa: ANN401 - whatever a server wrote
    if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not item["name"].rstrip("/"):
        raise no_list(folder)
    link = item.get("is_symlink", False)
    said = item.get("type", item.get("is_dir"))
    if not isinstance(said, str | bool) or not isinstance(link, bool):
        raise no_list(folder)
    size = item.get("size", 0)
    whole = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    return _node(item["name"].rstrip("/"), "link" if link else _KINDS.get(said, "other"), size if whole else 0)


def _from_page(data: bytes, folder: str) -> list[Node]:
    text = data.decode("utf-8", "replace")
    title = _TITLE.search(text)
    if title is None or not unescape(title[1]).strip().lower().startswith(_TITLES):
        raise no_list(folder)
    links = (unescape(found[1] or found[2] or found[3] or "") for found in _LINK.finditer(text))
    return [node for link in links if (node := _linked(link, folder)) is not None]


def _linked(link: str, folder: str) -> Node | None:
    """The name that a link leads to, if that is in the folder itself."""
    try:
        address = urljoin(folder, link.strip())
    except ValueError:
        return None
    below = address.removeprefix(folder)
    name = below.removesuffix("/")
    if below == address or not name or set(name) & set("/?#"):
        return None
    try:
        plain = unquote_to_bytes(name).decode()
    except UnicodeDecodeError:
        return _node(unquote_to_bytes(name).decode("utf-8", "backslashreplace"), "other")
    return _node(plain, "directory" if below.endswith("/") else "file")


def _node(name: str, kind: Kind, size: int = 0) -> Node:
    if kind == "other" or not is_name(name):
        shown = name.encode("utf-8", "backslashreplace").decode()
        return Node(shown, "other", 0, odd="a name that no path can hold, or neither a file nor a folder")
    return Node(name, kind, size if kind == "file" else 0)
