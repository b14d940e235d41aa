"""Trees of a git repository are held to their ids, and what git tells of a commit to what its trees have."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from tests.importing.conftest import Repository, words
from tests.importing.test_git_history import found, sorts

from muniment.errors import SourceError
from muniment.importing.git_history import GitHistory
from muniment.importing.git_repository import GitRepository
from muniment.importing.git_trees import HashedTrees, parse_tree

FORMATS = pytest.mark.parametrize("form", ["sha1", "sha256"])


def made(folder: Path, form: str) -> Repository:
    """A repository of one object format, with a folder in a folder, in three commits."""
    folder.mkdir()
    repository = Repository(folder)
    repository.git("init", "-q", "-b", "main", f"--object-format={form}")
    for number in range(3):
        repository.write("port/notices/a.txt", words(number))
        repository.write("port/b.txt", words(number + 10))
        repository.commit(top=words(number + 20))
    return repository


def forge(repository: Repository, name: str, data: bytes, kind: str = "tree") -> None:
    """Lay other bytes under the id of an object, as an enemy would in a pack: git reads them all the same."""
    digest = repository.git("rev-parse", name)
    place = repository.folder / ".git/objects" / digest[:2] / digest[2:]
    place.chmod(0o644)
    place.write_bytes(zlib.compress(b"%s %d\x00" % (kind.encode(), len(data)) + data))


@FORMATS
@pytest.mark.parametrize("place", ["", "port", "port/notices"])
@pytest.mark.parametrize("commit", ["main~2", "main~1", "main"])
def test_a_forged_tree_is_found(tmp_path: Path, form: str, place: str, commit: str) -> None:
    """A tree that names another file than the one that was committed is told, wherever it lies."""
    repository = made(tmp_path / "notices", form)
    blob = repository.git("hash-object", "-w", "--stdin", data=b"What was never said.\n")
    name = f"{commit}:{place}" if place else f"{commit}^{{tree}}"
    at = "b.txt" if place == "port" else "top.txt" if not place else "a.txt"
    digest = repository.git("rev-parse", f"{commit}:{place}/{at}".replace(":/", ":"))
    raw = (repository.folder / ".git/objects" / repository.git("rev-parse", name)[:2]).iterdir()
    whole = zlib.decompress(next(one for one in raw if one.name == repository.git("rev-parse", name)[2:]).read_bytes())
    data = whole.partition(b"\x00")[2]
    assert bytes.fromhex(digest) in data
    forge(repository, name, data.replace(bytes.fromhex(digest), bytes.fromhex(blob)))
    assert b"never said" in repository.git("show", commit).encode()  # plain git believes it

    with pytest.raises(SourceError, match="this tree is not what its id says"):
        found(GitHistory(repository.folder))


@FORMATS
def test_every_commit_agrees(tmp_path: Path, form: str) -> None:
    """What came, went, moved, became a folder, a link or executable is told by git as the trees have it."""
    repository = made(tmp_path / "notices", form)
    repository.git("mv", "port/notices", "port/b2")
    repository.commit("move")
    repository.git("rm", "-q", "port/b.txt")
    repository.write("port/b.txt/inner.txt", words(30))
    repository.commit("a folder where a file was")
    repository.git("rm", "-rq", "port/b.txt")
    repository.write("port/b.txt", words(31))
    repository.commit("and back")
    (repository.folder / "top.txt").chmod(0o755)
    repository.commit("executable")
    (repository.folder / "top.txt").unlink()
    (repository.folder / "top.txt").symlink_to("port/b.txt")
    repository.commit("a link")
    repository.git("rm", "-rq", "port", "top.txt")
    repository.commit("nothing is left")

    items, notices = found(GitHistory(repository.folder))

    assert len(items) == 11
    assert {"rename", "mode-change", "symbolic-link", "deletion"} <= sorts(notices).keys()


def test_what_git_tells_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that git leaves out, or invents, stops the import: another copy of a tree was read."""
    repository = made(tmp_path / "notices", "sha1")
    real = GitRepository._held

    for number in (0, 1, 2):

        def cut(self: GitRepository, told: object, number: int = number) -> object:
            pairs = list(told)  # type: ignore[call-overload]
            pairs[number][1].pop()
            return real(self, iter(pairs))

        monkeypatch.setattr(GitRepository, "_held", cut)
        with pytest.raises(SourceError, match="git tells another change than the trees of this commit have"):
            found(GitHistory(repository.folder))


def test_a_tree_of_more_than_any_disk_holds(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few trees that name one another many times are not followed to the end."""
    monkeypatch.setattr("muniment.importing.git_repository.MOST_CHANGES", 1000)
    inner = repository.git("hash-object", "-w", "--stdin", data=b"One line.\n")
    kind = "100644 blob"
    for _ in range(4):
        lines = "".join(f"{kind} {inner}\t{number}\n" for number in range(10))
        inner, kind = repository.git("mktree", data=lines.encode()), "040000 tree"
    commit = repository.git("commit-tree", inner, "-m", "many")
    repository.git("update-ref", "refs/heads/main", commit)

    with pytest.raises(SourceError, match="a commit changes too many files"):
        found(GitHistory(repository.folder))


def test_trees_count_what_they_lead_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound holds for the trees themselves, whatever git says of them."""
    monkeypatch.setattr("muniment.importing.git_trees.MOST_CHANGES", 1000)
    entry = b"40000 %d\x00" + b"\x01" * 20
    tree = b"".join(entry % number for number in range(100))
    with pytest.raises(SourceError, match="a commit changes too many files"):
        HashedTrees(lambda _: tree, 20).differences(None, "01" * 20)


@pytest.mark.parametrize(
    "data",
    [
        b"100644 a", b"100644 a\x00" + b"\x01" * 19, b"100644\x00" + b"\x01" * 20, b"100648 a\x00" + b"\x01" * 20,
        b"100644 \x00" + b"\x01" * 20, b"100644 a/b\x00" + b"\x01" * 20, b" a\x00" + b"\x01" * 20,
        b"100644 a\x00" + b"\x01" * 20 + b"100644 a\x00" + b"\x02" * 20, b"00100644 a\x00" + b"\x01" * 20,
    ],
)  # fmt: skip
def test_what_is_no_tree(data: bytes) -> None:
    """What git would not write is refused."""
    with pytest.raises(SourceError, match="a tree that"):
        parse_tree(data, 20)


def test_modes_of_old_trees() -> None:
    """Modes that older programs wrote are those that git tells."""
    modes = {b"100664": "100644", b"100775": "100755", b"040000": "040000", b"40000": "040000", b"120777": "120000"}
    for written, told in modes.items():
        tree = written + b" a\x00" + b"\x01" * 20
        trees = {"new": tree, "old": b"", "01" * 20: b"100644 b\x00" + b"\x02" * 20}
        path, entry = (b"a/b", ("100644", "02" * 20)) if told == "040000" else (b"a", (told, "01" * 20))
        assert HashedTrees(trees.__getitem__, 20).differences("old", "new") == {(path, None, entry)}


@pytest.mark.parametrize("part", [b"1 ", b"100644 a", b"1 a\x00", b" ", b"100644 a\x00" + b"1 " * 10])
def test_a_large_object_that_is_no_tree(part: bytes) -> None:
    """Four megabytes of what nearly are entries are refused at once; a reader that seeks from each byte never ends."""
    with pytest.raises(SourceError):
        parse_tree(part * (1 + (4 << 20) // len(part)), 20)
