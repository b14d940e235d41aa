"""What servers show of a folder: the names in it, from the pages and the JSON that five servers make."""

from __future__ import annotations

import json

import pytest

from muniment.errors import StoreError
from muniment.store.folder_pages import parse_folder_page
from muniment.store.interface import Node

FOLDER = "https://press.example.org/archive/log/"
ODD = "a name that no path can hold, or neither a file nor a folder"
FILES = ("a b", "a%b", "x&y", "é")
HERE = tuple(sorted([*(Node(name, "file", 0) for name in FILES), Node("dir", "directory", 0)], key=lambda n: n.name))

PAGES = {
    "nginx": """<html>\r\n<head><title>Index of /archive/log/</title></head>\r\n<body>\r\n<h1>Index of /archive/log/
        </h1><hr><pre><a href="../">../</a>\r\n<a href="dir/">dir/</a>    30-Nov-2026 02:05   -\r\n<a href="a%20b">a b
        <a href="a%25b">a%b</a>\r\n<a href="x&amp;y">x&amp;y</a>\r\n<a href="%C3%A9">é</a>\r\n</pre><hr></html>""",
    "apache": """<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><html><title>Index of /archive/log</title></head>
        <table><tr><th><a href="?C=N;O=D">Name</a></th></tr><tr><td><a href="/archive/">Parent Directory</a></td></tr>
        <tr><td><a href="a%20b"><img alt=""></a> <a href="a%20b">a b</a></td></tr><tr><td><a href="./a%25b">a%b</a>
        <tr><td><a href="dir/">dir/</a></td></tr><tr><td><a href="x&amp;y">x</a><a href="%c3%a9">é</a></table>""",
    "python": """<!DOCTYPE HTML>\n<html lang="en">\n<title>Directory listing for /archive/log/</title>\n<ul>
        <li><a href="a%20b">a b</a></li><li><a href="a%25b">a%b</a><li><a href="dir/">dir/</a><li><a href="x%26y">x
        <li><a href="%C3%A9">é</a></ul>""",
    "whole addresses": f"<title> INDEX OF /archive/log </title><A HREF='{FOLDER}never#top'>"
    + "".join(f'<A HREF="{FOLDER}{name}">' for name in ("a%20b", "a%25b", "dir/", "x&y", "%C3%A9")),
}
"""Each lists the same five names."""


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_pages(page: str) -> None:
    """The names are those that the links of the page lead to, one level down, and nothing else on it."""
    assert parse_folder_page(page.encode(), FOLDER, is_json=False) == HERE


JSONS = {
    "nginx": [
        {"name": "dir", "type": "directory", "mtime": "Mon, 30 Nov 2026 02:05:32 GMT"},
        {"name": "a", "type": "file", "mtime": "Mon, 30 Nov 2026 02:05:32 GMT", "size": 7},
        {"name": "pipe", "type": "other", "mtime": "Mon, 30 Nov 2026 02:05:32 GMT"},
    ],
    "caddy": [
        {"name": "dir/", "size": 4096, "url": "./dir/", "mode": 2147484141, "is_dir": True, "is_symlink": False},
        {"name": "a", "size": 7, "url": "./a", "mode": 420, "is_dir": False, "is_symlink": False},
        {"name": "pipe", "size": 7, "url": "./pipe", "mode": 420, "is_dir": False, "is_symlink": True},
    ],
}


@pytest.mark.parametrize("name", JSONS)
def test_json(name: str) -> None:
    """JSON says sizes too, and what is neither a file nor a folder."""
    found = parse_folder_page(json.dumps(JSONS[name]).encode(), FOLDER, is_json=True)
    assert found[:2] == (Node("a", "file", 7), Node("dir", "directory", 0))
    assert (found[2].name, found[2].kind) == ("pipe", "other" if name == "nginx" else "link")


def test_names_that_no_path_can_hold() -> None:
    """They are shown and named odd, so that nothing is read by them."""
    page = '<title>Index of /</title><a href="./a:b"><a href="%FF"><a href="..%2Fup"><a href="a%5Cb"><a href="%2e%2e">'
    found = parse_folder_page(page.encode(), FOLDER, is_json=False)
    assert [(node.name, node.kind, node.odd) for node in found] == [
        (name, "other", ODD) for name in ("..", "../up", "\\xff", "a:b", "a\\b")
    ]


@pytest.mark.parametrize(
    ("data", "is_json"),
    [
        (b"", False),
        (b'<title>Harbour press</title><a href="dir/">All notices</a>', False),
        (b'<h1>Index of /</h1><a href="dir/">dir/</a>', False),
        (b"<title>News</title><title>Index of /</title>", False),
        (b"", True),
        (b"{}", True),
        (b'["a"]', True),
        (b'[{"name":7,"type":"file"}]', True),
        (b'[{"name":"/","type":"file"}]', True),
        (b'[{"name":"a"}]', True),
        (b'[{"name":"a","type":7}]', True),
        (b'[{"name":"a","is_dir":false,"is_symlink":"no"}]', True),
        (b"[" * 100_000, True),
        (b"\xff\xfe", True),
    ],
    ids=range(14),
)
def test_what_is_no_list(data: bytes, *, is_json: bool) -> None:
    """A page that somebody wrote, or anything else, is not taken for a list of a folder."""
    with pytest.raises(StoreError, match="this web server does not list its folders"):
        parse_folder_page(data, FOLDER, is_json=is_json)


def test_links_that_lead_elsewhere() -> None:
    """A link to another host, another scheme, below a folder or to nothing is none of the names."""
    links = (
        f"{FOLDER}../x",
        "//example.org/y",
        f"ftp{FOLDER[5:]}z",
        "a/b",
        "",
        "?",
        "#",
        "/",
        "https://[::1/",
        "mailto:a",
    )
    page = "<title>Index of</title>" + "".join(f'<a href="{link}">' for link in links) + "<a>"
    assert parse_folder_page(page.encode(), FOLDER, is_json=False) == ()


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<a href='", "<a href=", "<title", "<![foo[", "&#", "</a", "<a x ", " href"]
)
def test_a_page_that_holds_nobody_up(piece: str) -> None:
    """Whatever a page repeats without end, megabytes of it are read, and nothing on it is taken for a name."""
    page = f"<title>Index of /</title><a {piece * 500_000}"
    assert parse_folder_page(page.encode(), FOLDER, is_json=False) == ()


def test_a_size_that_is_none() -> None:
    """A size below nothing, or that is no number, is not believed."""
    for size in (-1, True, "7", None, 0.5):
        data = json.dumps([{"name": "a", "type": "file", "size": size}]).encode()
        assert parse_folder_page(data, FOLDER, is_json=True) == (Node("a", "file", 0),)
