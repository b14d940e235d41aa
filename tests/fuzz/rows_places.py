"""Rows: where bytes lie and what histories, servers and object stores say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.target import Target, hold, text_of

from muniment.archive.paths import checkpoint_path
from muniment.archive.staged import Staged, format_staged, parse_staged, read_note
from muniment.archive.unfinished import Marker, promise, sign_marker
from muniment.cli.buckets import parse_address
from muniment.importing.dated_folder import ListOfDates, read_list, read_stamp
from muniment.importing.git_commits import parse_commit
from muniment.importing.git_trees import parse_tree
from muniment.importing.map_file import parse_map
from muniment.importing.patterns import parse_pattern, parse_template
from muniment.log.checkpoint import Checkpoint, sign_checkpoint
from muniment.log.newest import NONE_NAMED, NamedRoot
from muniment.log.tile import Tile
from muniment.site.addresses import parse_path
from muniment.site.catalogue import parse_rows
from muniment.site.http_messages import HttpRequest
from muniment.site.memento import parse_http_time
from muniment.site.routes import parse_target
from muniment.ssh.keys import PrivateKey
from muniment.store.folder_pages import parse_folder_page
from muniment.store.interface import Node, check_path
from muniment.verify.checkpoints import CheckpointRange, RangeResult
from muniment.verify.fetched import FetchedBundle
from muniment.verify.layout import Counted, Other, Walk
from muniment.verify.listing import ReleaseResult
from muniment.verify.piece_results import format_results, parse_results
from muniment.verify.pieces import Result, WorkPiece
from muniment.verify.release import ObjectTask
from muniment.verify.report import Finding, Tally

_ORIGIN = "press.example.org/archive"
_KEY = PrivateKey.from_seed(b"\x03" * 32)
_NOTE = sign_checkpoint(
    Checkpoint(_ORIGIN, 2, b"\x11" * 32, NamedRoot(1, f"sha256:{'ab' * 32}")), _KEY.public.raw, _KEY.sign
)
_FILES = {"releases/harbour/v1/content/record.json": b"{}", "log/tile/0/000.p/2": b"\x22" * 64}


def _staged() -> list[bytes]:
    promised = (*(promise(path, data) for path, data in _FILES.items()), promise(checkpoint_path(2), _NOTE))
    marker = Marker(_ORIGIN, 2, "33" * 32, "harbour", 1, "releases/harbour", promised)
    return [format_staged(sign_marker(marker, _KEY), _FILES)]


def _check_staged(data: bytes, staged: Staged) -> None:
    hold(data.endswith(b"".join(staged.files.values())), "bytes that its object has not")
    promised = {file.path: file for file in (*staged.signed.marker.files, *staged.signed.marker.replaced)}
    hold(all(promised[path].is_kept_by(found) for path, found in staged.files.items()), "bytes that nobody promised")


def _list(data: bytes) -> ListOfDates:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dates.csv"
        path.write_bytes(data)
        return read_list(str(path))


def _texts(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(text_of(data))


_COMMIT = (
    b"tree " + b"ab" * 20 + b"\nparent " + b"cd" * 20 + b"\nauthor A <a@example.org> 1643536800 +0100\n"
    b"committer B <b@example.org> 1643536800 -0030\nencoding latin1\n\nA state\n"
)
_MAP = b'[[rule]]\nmatch = "notices/{number}.md"\nrelease = "notice-{number}"\nlanguage = "en"\n'
_PIECES = {
    "cluster-bundles": WorkPiece((Tile(-1, 0, 1), Tile(-1, 1, 1), Tile(-1, 2, 1))),
    "cluster-checkpoints": WorkPiece((CheckpointRange(_ORIGIN, 0, (), b"", (), NONE_NAMED, None),)),
    "cluster-releases": WorkPiece((ObjectTask("tide", "releases/tide", "tide", _ORIGIN, (), (), unfinished=False),)),
}
_FINDING = Finding(2, "tide", ok=False, what="gone", readable=False, cause="tide")
_TALLY = Tally(Counter({1: 2}), [_FINDING], 1, 9, converted={"a": "b"}, attested=[])
_WALK = Walk({"a": 1}, (Other("b", "link", ""),), ("c",), frozenset({"d"}), ("e",), {"f": Counted(1, 1, "f/g")})
_RESULTS: dict[str, tuple[Result, ...]] = {
    "cluster-bundles": (FetchedBundle(b"ab", bytes(32)), FetchedBundle(b""), FetchedBundle(None, fault=_FINDING)),
    "cluster-checkpoints": (RangeResult(_TALLY, ("log/checkpoints/1",)),),
    "cluster-releases": (ReleaseResult(_TALLY, Tally(), _WALK, ("a",)),),
}


def _of_cluster(name: str) -> Target:
    return Target(
        name,
        ("verify.piece_results.parse_results",),
        lambda data: parse_results(data, _PIECES[name], where="cluster"),
        lambda: [format_results(_RESULTS[name])],
        write=format_results,
        alike=True,
        words=(b"null", b"true", b"-1", b"1e9", b"[[", b"{}", b"\\ud800", b"\n"),
    )


_ROWS = b'{"format":"muniment-site-releases/1","archive":"press.example.org/archive","releases":[]}'


_FOLDER = "https://press.example.org/archive/log/"
_PAGE = b"<title>Index of /archive/log/</title><a href='../'>../</a><a href='tile/'>tile/</a><a href=\"a%20b\">a b</a>"
_NAMES = b'[{"name":"tile/","is_dir":true,"is_symlink":false},{"name":"checkpoint","type":"file","size":7}]'


def _folder_page(data: bytes) -> tuple[Node, ...]:
    return parse_folder_page(data, _FOLDER, is_json=data.startswith(b"["))


def _check_folder_page(_data: bytes, nodes: tuple[Node, ...]) -> None:
    for node in nodes:
        hold(node.kind in {"other", "link"} or check_path(node.name) == node.name, "a name that no path can hold")
        hold("/" not in node.name or node.kind == "other", "a name that leads elsewhere")


ROWS = (
    Target(
        "staged",
        ("archive.staged.parse_staged",),
        lambda data: parse_staged(data, where="staged"),
        _staged,
        why="what is read is a marker and bytes; the marker has a row",
        check=_check_staged,
        words=(b"\n-----END SSH SIGNATURE-----\n", b'"size":', b'"files":'),
    ),
    Target(
        "folder-page",
        ("store.folder_pages.parse_folder_page",),
        _folder_page,
        lambda: [_PAGE, _NAMES],
        why="names are read, and a page may say them in many ways",
        check=_check_folder_page,
        words=(b"<a href='", b"%2e%2e/", b"%2F", b'"type":"directory"', b'"size":', b"</title>", b"<![foo["),
    ),
    Target(
        "decided",
        ("archive.staged.read_note",),
        lambda data: read_note(data, "decided"),
        lambda: [_NOTE],
        why="signatures are not kept",
        words=(b"\n\n", b"trust-root 1 sha256:", "\u2014 ".encode()),
    ),
    Target(
        "object-address",
        ("cli.buckets.parse_address",),
        _texts(parse_address),
        lambda: [b"s3://example-bucket/archive", b"gs://bucket/a/b", b"az://container"],
        why="a slash at the end is dropped",
        words=(b"://", b"..", b"@", b"?", b"#", b"//"),
    ),
    *map(_of_cluster, _RESULTS),
    Target(
        "import-map",
        ("importing.map_file.parse_map",),
        lambda data: parse_map(data, where="import.toml"),
        lambda: [_MAP],
        why="TOML has many spellings",
        words=(b"[[rule]]", b"{number}", b"match = ", b'"""'),
    ),
    Target(
        "import-pattern",
        ("importing.patterns.parse_pattern", "importing.patterns.parse_template"),
        _texts(lambda text: (parse_pattern(text, where="x"), parse_template(text, frozenset(), where="x"))),
        lambda: [b"notices", b"notices/{number}.md"],
        why="it is used, and never written",
        words=(b"{", b"}", b"{number}", b"{document}", b"{date}", b"*", b"/"),
    ),
    Target(
        "import-list",
        ("importing.dated_folder.read_list", "importing.dated_folder.read_stamp"),
        _list,
        lambda: [b"file,time\na.txt,2022-01-30\n", b'[{"file":"a.txt","time":"20220130T100500Z"}]'],
        why="the list is the keeper's",
        words=(b"file,time", b"2022-13-41", b'"', b"\r\n", b"document", b"uri"),
    ),
    Target(
        "import-stamp",
        ("importing.dated_folder.read_stamp",),
        _texts(lambda text: read_stamp(text, where="x")),
        lambda: [b"2022-01-30", b"20220130T100500Z", b"2022-01"],
        why="several spellings of a time",
        words=(b"T", b"Z", b"-", b"99"),
    ),
    Target(
        "git-commit",
        ("importing.git_commits.parse_commit",),
        lambda data: parse_commit("ab" * 20, data),
        lambda: [_COMMIT],
        why="the commit is git's",
        words=(b"\nparent ", b"\nencoding ", b"\nauthor ", b" +9999", b"\n\n", b"<>"),
    ),
    Target(
        "git-tree",
        ("importing.git_trees.parse_tree",),
        lambda data: parse_tree(data, 20),
        lambda: [b"100644 a.txt\x00" + b"\x01" * 20 + b"40000 b\x00" + b"\xff" * 20],
        why="several spellings of a mode",
        words=(b"100644 ", b"40000 ", b"\x00", b"/", b"120000 ", b"160000 ", b"\x01" * 20),
    ),
    Target(
        "site-path",
        ("site.addresses.parse_path",),
        _texts(parse_path),
        lambda: [b"index.html", b"releases/harbour/v1/index.html", b"years/2022.html"],
        why="a place has more than a path",
        words=(b"releases/", b"/v1/", b"..", b"%2f", b"changes/v1..v2.html"),
    ),
    Target(
        "site-releases",
        ("site.catalogue.parse_rows",),
        parse_rows,
        lambda: [_ROWS],
        why="rows are written with the archive's name",
        words=(b'"releases":[', b"null"),
    ),
    Target(
        "http-time",
        ("site.memento.parse_http_time",),
        _texts(parse_http_time),
        lambda: [b"Mon, 03 Jan 2022 12:00:00 GMT"],
        why="blanks around it are left out",
        words=(b"GMT", b"Feb", b"99", b"24:00:00"),
    ),
    Target(
        "http-target",
        ("site.routes.parse_target",),
        _texts(lambda text: parse_target(HttpRequest("GET", text))),
        lambda: [b"/releases/harbour/", b"/search?q=harbour"],
        why="escapes have several spellings",
        words=(b"%2e", b"%00", b"?", b"&", b"=", b"%ff", b"//", b".."),
    ),
)
