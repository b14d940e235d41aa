"""Git repositories as sources, held against what plain git says, and against what an enemy puts into them."""

from __future__ import annotations

import hashlib
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from bench.histories import make_repository
from tests.importing.conftest import Repository, bring_in, new_store, records, words

from muniment.archive import open_archive
from muniment.errors import InputError, SourceError, UnavailableError
from muniment.importing.git_commits import Person
from muniment.importing.git_history import GitHistory, message_of, printable, time_of
from muniment.importing.item import Item, Notice
from muniment.verify.archive import verify_archive


def found(source: GitHistory) -> tuple[list[Item], list[Notice]]:
    """What a source yields, apart."""
    try:
        every = list(source.items(None))
        return [one for one in every if isinstance(one, Item)], [one for one in every if isinstance(one, Notice)]
    finally:
        source.close()


def sorts(notices: list[Notice]) -> Counter[str]:
    """How many notices of each sort."""
    return Counter(notice.sort for notice in notices)


def plain_states(folder: Path) -> dict[tuple[str, str], str]:
    """What plain git says: the blob of each regular file that a commit changed beside its first parent."""
    log = ["log", "--first-parent", "-m", "--raw", "-z", "--no-abbrev", "--no-renames", "--root", "--format=%H", "main"]
    out = subprocess.run(["git", "-C", str(folder), *log], capture_output=True, check=True).stdout
    states, commit, fields = {}, "", iter(out.replace(b"\n", b"").split(b"\x00"))
    for part in fields:
        if part.startswith(b":"):
            _, mode, _, blob, _ = part[1:].split(b" ")
            path = next(fields)
            if mode.startswith(b"100"):
                states[commit, printable(path)] = blob.decode()
        elif part:
            commit = part.decode()
    return states


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_entry_by_entry(tmp_path: Path, object_format: str) -> None:
    """Of a history with renames, merges, reverts, deletions and returns no state is missing, and none is invented."""
    folder = tmp_path / "notices.git"
    make_repository(folder, documents=8, versions=160, size=700, eventful=True, object_format=object_format)
    store, states = new_store(), plain_states(folder)

    plan, result = bring_in(store, GitHistory(folder))

    imported = {}
    archive = open_archive(store)
    for entries in archive.versions.values():
        for entry in entries:
            record = archive.read_entry(entry).record
            origin = record.original.imported
            assert origin is not None
            imported[origin.item, origin.path] = record.original.sha256
    for (commit, path), digest in imported.items():
        blob = states[commit, path or ""]
        data = subprocess.run(
            ["git", "-C", str(folder), "cat-file", "blob", blob], capture_output=True, check=True
        ).stdout
        assert hashlib.sha256(data).hexdigest() == digest
    told = {one.where for one in result.failed} | {one.where for one in plan.notices}
    left = {(commit, path) for commit, path in states.keys() - imported.keys() if f"{commit[:12]} {path}" not in told}
    repeated = [
        lineage.items[at].provenance
        for lineage in plan.lineages.values()
        for at in range(1, len(lineage.items))
        if lineage.items[at].content == lineage.items[at - 1].content
    ]
    collided = {one.where for one in result.failed}
    assert {(commit, path) for commit, path in left if path not in collided} == {(p.item, p.path) for p in repeated}
    assert len(repeated) == plan.repeated
    assert {"rename", "deletion", "mode-change", "merged-branches"} <= sorts(plan.notices).keys()
    assert verify_archive(store).passed


def test_renames_keep_the_release(repository: Repository) -> None:
    """A document that moves, even with an edit, stays one release, named by its first path."""
    repository.commit(harbour=words(1))
    repository.git("mv", "harbour.txt", "port.txt")
    repository.write("port.txt", words(2))
    second = repository.commit()
    store = new_store()

    plan, result = bring_in(store, GitHistory(repository.folder))

    assert [name for name, _ in result.added] == ["harbour/v1", "harbour/v2"]
    origin = records(store, "harbour")[1].original.imported
    assert origin is not None
    assert (origin.item, origin.path) == (second, "port.txt")
    assert sorts(plan.notices) == {"rename": 1}


def test_a_revert_is_told_by_the_record(repository: Repository) -> None:
    """Bytes that come back are a version that reverts to the older one."""
    for number in (1, 2, 1):
        repository.commit(harbour=words(number))
    store = new_store()

    bring_in(store, GitHistory(repository.folder))

    assert [record.change.reverts_to for record in records(store, "harbour")] == [None, None, 1]


def test_a_document_that_comes_back(repository: Repository) -> None:
    """What is deleted and comes back with its bytes is no version of its own; with others it is the same release."""
    repository.commit(harbour=words(1), pier=words(9))
    repository.commit(harbour=None)
    repository.commit(harbour=words(1))
    repository.commit(harbour=None)
    repository.commit(harbour=words(2))
    store = new_store()

    plan, result = bring_in(store, GitHistory(repository.folder))

    assert [name for name, _ in result.added] == ["harbour/v1", "pier/v1", "harbour/v2"]
    assert plan.repeated == 1
    assert sorts(plan.notices) == {"deletion": 2}


def test_a_new_document_under_an_old_name(repository: Repository) -> None:
    """A document that takes the first path of one that moved away is another release."""
    repository.commit(harbour=words(1))
    repository.git("mv", "harbour.txt", "old.txt")
    repository.commit()
    repository.commit(harbour="Another notice\n\nOf other things altogether.\n")
    store = new_store()

    _, result = bring_in(store, GitHistory(repository.folder))

    assert [name for name, _ in result.added] == ["harbour/v1", "harbour-2/v1"]


def test_merges_are_counted(repository: Repository) -> None:
    """What a branch brought comes as of its merge, and how many commits are left out is said."""
    repository.commit(harbour=words(1))
    repository.git("checkout", "-q", "-b", "side")
    repository.commit(harbour=words(2))
    repository.commit(harbour=words(3))
    repository.git("checkout", "-q", "main")
    repository.commit(pier=words(9))
    repository.clock += 3600
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    merge = repository.git("rev-parse", "HEAD")

    items, notices = found(GitHistory(repository.folder))

    assert [(item.key, item.provenance.item == merge) for item in items] == [
        ("harbour.txt", False), ("pier.txt", False), ("harbour.txt", True),
    ]  # fmt: skip
    (notice,) = notices
    assert notice.sort == "merged-branches"
    assert notice.what.startswith("2 commits")


def test_claims_become_provenance(repository: Repository) -> None:
    """Commit, path, message and both times stand in the record; persons do not, unless they are asked for."""
    repository.commit(
        "Close the harbour\n\nAs asked by anna@example.org.\n\nSigned-off-by: Anna <anna@example.org>", a=words(1)
    )
    without, with_names = new_store(), new_store()

    bring_in(without, GitHistory(repository.folder))
    bring_in(with_names, GitHistory(repository.folder, with_authors=True))

    (record,), (other,) = records(without, "a"), records(with_names, "a")
    origin, named = record.original.imported, other.original.imported
    assert origin is not None
    assert named is not None
    assert [(claim.basis, claim.time) for claim in origin.times] == [
        ("author", "2020-09-13T13:26:40Z"), ("committer", "2020-09-13T13:27:40Z"),
    ]  # fmt: skip
    assert record.original.retrieved == "2020-09-13T13:26:40Z"
    assert (origin.source, origin.message, origin.authors) == ("notices", "Close the harbour As asked by .", ())
    assert named.authors == ("Anna Author <anna@example.org>", "Carl Committer <carl@example.org>")
    assert named.message is not None
    assert "Signed-off-by: Anna" in named.message


def test_mode_changes(repository: Repository) -> None:
    """A file that becomes executable is no new state, and is told."""
    repository.commit(harbour=words(1))
    (repository.folder / "harbour.txt").chmod(0o755)
    repository.commit()

    items, notices = found(GitHistory(repository.folder))

    assert len(items) == 1
    assert [notice.what for notice in notices] == ["mode 100644 became 100755"]


def test_symbolic_links(repository: Repository) -> None:
    """A link is told, and never followed."""
    repository.commit(harbour=words(1))
    (repository.folder / "link.txt").symlink_to("/etc/passwd")
    repository.commit()

    items, notices = found(GitHistory(repository.folder))

    assert [item.key for item in items] == ["harbour.txt"]
    assert sorts(notices) == {"symbolic-link": 1}


def test_submodules(repository: Repository) -> None:
    """A submodule is told, and nothing of it is looked for."""
    first = repository.commit(harbour=words(1))
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},module")
    repository.git("commit", "-q", "-m", "Module")

    items, notices = found(GitHistory(repository.folder))

    assert len(items) == 1
    assert sorts(notices) == {"submodule": 1}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x00\x01\x02", "binary"),
        (b"", "no text"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 1\n", "pointer of Git LFS"),
    ],
    ids=["binary", "empty", "lfs"],
)
def test_what_is_no_text(repository: Repository, data: bytes, said: str) -> None:
    """A binary file, an empty one and a pointer of LFS are missing, each with its reason; the others come in."""
    repository.commit(harbour=words(1), pier=data)
    repository.commit(harbour=words(2))
    store = new_store()

    _, result = bring_in(store, GitHistory(repository.folder))

    assert [name for name, _ in result.added] == ["harbour/v1", "harbour/v2"]
    (failed,) = result.failed
    assert failed.where.endswith("pier.txt")
    assert said in str(failed.error)


def test_an_empty_state_between(repository: Repository) -> None:
    """A state that cannot be kept hides nothing: the same import again still finds nothing new."""
    for text in (words(1), "", words(1), words(2)):
        repository.commit(harbour=text)
    store = new_store()

    _, first = bring_in(store, GitHistory(repository.folder))
    _, again = bring_in(store, GitHistory(repository.folder))

    assert [name for name, _ in first.added] == ["harbour/v1", "harbour/v2"]
    assert again.added == []
    assert len(first.failed) == len(again.failed) == 1


def test_paths_that_differ_by_case(repository: Repository) -> None:
    """Two paths that one Windows folder could not hold are told, and never become one release."""
    blob = repository.git("hash-object", "-w", "--stdin", data=words(1).encode())
    other = repository.git("hash-object", "-w", "--stdin", data=words(2).encode())
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{blob},Pier.txt")
    repository.git("update-index", "--add", "--cacheinfo", f"100644,{other},pier.txt")
    repository.git("commit", "-q", "-m", "Both")
    store = new_store()

    plan, result = bring_in(store, GitHistory(repository.folder))

    assert sorts(plan.notices) == {"case-only": 1}
    assert [name for name, _ in result.added] == ["pier/v1"]
    assert "is that of Pier.txt already" in str(result.failed[0].error)


def test_paths_that_are_no_text(repository: Repository) -> None:
    """A path that is not UTF-8 is told, and written with the numbers of its bytes."""
    blob = repository.git("hash-object", "-w", "--stdin", data=words(1).encode())
    tree = repository.git("mktree", "-z", data=b"100644 blob " + blob.encode() + b"\tcaf\xe9.txt\x00")
    repository.git("update-ref", "HEAD", repository.git("commit-tree", "-m", "Latin-1", tree))

    items, notices = found(GitHistory(repository.folder))

    assert [item.key for item in items] == ["caf\\xe9.txt"]
    assert sorts(notices) == {"path-not-utf-8": 1}


@pytest.mark.parametrize(
    ("one", "other"), [(b"a\xe9", b"a\\xe9"), (b"a\nb", b"a b"), (b"a\nb", b"a\\u{a}b"), ("a\u202eb".encode(), b"ab")]
)
def test_no_two_paths_are_written_alike(one: bytes, other: bytes) -> None:
    """What is not text is written so that two paths never become one."""
    assert printable(one) != printable(other)


@pytest.mark.parametrize("seconds", [None, 10**15, -(10**15)])
def test_times_that_are_none(seconds: int | None) -> None:
    """A time beyond the calendar, or none at all, is no time."""
    assert time_of(Person("x", seconds)) is None


def test_times_before_1970() -> None:
    """A time before 1970 is one."""
    assert time_of(Person("x", -1)) == "1969-12-31T23:59:59Z"


def test_messages_lose_addresses() -> None:
    """Addresses and lines that name a person as this or that are left out of a message."""
    text = "Fix\n\nThanks to Bo <bo@example.org>\nCo-authored-by: Bo <bo@example.org>\nReviewed-by: Cy\n"
    assert message_of(text, with_authors=False) == "Fix Thanks to Bo"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ask bo.b+x@press.example.org now", "ask now"),
        ("(bo@example.org, cy@example.org)", "(, )"),
        ("a@example.org@b@example.org", "@"),
        ("<a b@example.org>", "<a >"),
        ("<@> @home bo@localhost 5@6", "@home bo@localhost 5@6"),
        ("é.ö@example.org: x", ": x"),
    ],
)
def test_messages_lose_addresses_without_brackets(text: str, left: str) -> None:
    """An address is a word with ``@`` in it and a domain with a full stop; other words with ``@`` stay."""
    assert message_of(text, with_authors=False) == left


def test_shallow_clones(repository: Repository, tmp_path: Path) -> None:
    """Of a shallow clone the history begins where the clone does, and that is told."""
    for number in (1, 2, 3):
        repository.commit(harbour=words(number))
    repository.git("clone", "-q", "--depth", "2", f"file://{repository.folder}", str(tmp_path / "clone"))

    items, notices = found(GitHistory(tmp_path / "clone"))

    assert len(items) == 2
    assert sorts(notices) == {"shallow": 1}


def test_only_what_is_asked_for(repository: Repository) -> None:
    """A document counts while its path is asked for, under the first such path."""
    repository.write("drafts/a.txt", words(1))
    repository.commit(readme="Read me.\n")
    (repository.folder / "notices").mkdir()
    repository.git("mv", "drafts/a.txt", "notices/a.txt")
    repository.write("notices/a.txt", words(2))
    repository.commit()
    repository.git("mv", "notices/a.txt", "a.txt")
    repository.commit()

    items, notices = found(GitHistory(repository.folder, selects=lambda path: path.startswith("notices/")))

    assert [item.key for item in items] == ["notices/a.txt"]
    assert sorts(notices) == {"moved-away": 1}


def test_what_moves_to_where_it_is_asked_for(repository: Repository) -> None:
    """A file that moves there byte for byte is a state, and so is one that was a symbolic link of the same blob."""
    repository.write("drafts/a.txt", words(1))
    (repository.folder / "notices").mkdir()
    (repository.folder / "notices/b.txt").symlink_to("the text of b")
    repository.commit()
    repository.git("mv", "drafts/a.txt", "notices/a.txt")
    moved = repository.commit()
    (repository.folder / "notices/b.txt").unlink()
    repository.write("notices/b.txt", "the text of b")
    file = repository.commit()

    with closing(GitHistory(repository.folder, selects=lambda path: path.startswith("notices/"))) as source:
        items = [one for one in source.items(None) if isinstance(one, Item)]
        read = [item.read() for item in items]

    assert [(item.key, item.provenance.item) for item in items] == [("notices/a.txt", moved), ("notices/b.txt", file)]
    assert read == [words(1).encode(), b"the text of b"]


def test_nothing_that_is_asked_for(repository: Repository) -> None:
    """A pattern that matches nothing is refused with what there is, until the archive has what is gone."""
    repository.commit(harbour=words(1))
    store = new_store()
    with pytest.raises(InputError, match=r"nothing matches of what there is: harbour\.txt"):
        bring_in(store, GitHistory(repository.folder, selects=lambda path: path == "pier.txt"))
    bring_in(store, GitHistory(repository.folder))
    repository.git("checkout", "-q", "--orphan", "new")
    repository.git("rm", "-rfq", ".")
    repository.commit(quay=words(2))

    plan, _ = bring_in(store, GitHistory(repository.folder, selects=lambda path: path == "harbour.txt"))

    assert [(one.release, one.now) for one in plan.rewritten] == [("harbour", None)]
    assert sorts(plan.notices) == {"nothing-matches": 1}


def test_the_branch_of_this_work_tree(repository: Repository, tmp_path: Path) -> None:
    """A work tree beside the first one has its own branch; a branch goes before a tag; ``.git`` is called the same."""
    repository.commit(harbour=words(1))
    repository.git("tag", "other")
    repository.git("branch", "other")
    repository.git("worktree", "add", "-q", str(tmp_path / "beside"), "-b", "third")
    beside = Repository(tmp_path / "beside")
    beside.commit(harbour=words(2))
    repository.git("branch", "-f", "other", "third")

    assert len(found(GitHistory(tmp_path / "beside"))[0]) == 2
    assert len(found(GitHistory(repository.folder))[0]) == 1
    assert len(found(GitHistory(repository.folder, branch="other"))[0]) == 2
    with closing(GitHistory(repository.folder / ".git")) as source:
        assert source.name == repository.folder.name


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("https://example.org/notices", "an address"),
        ("me@example.org:notices.git", "an address"),
        ("file", "found a file"),
        ("x" * 5000, "no such folder"),
        ("a\0b", "no such folder"),
    ],
)
def test_what_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, said: str) -> None:
    """What was named instead is said, with what to do."""
    monkeypatch.chdir(tmp_path)
    Path("file").touch()

    with pytest.raises(InputError, match=said) as told:
        GitHistory(Path(named))
    assert told.value.hint


def test_a_damaged_file_is_told(repository: Repository) -> None:
    """``git`` ends at a damaged object: that state is missing, and the others come; a damaged commit stops all."""
    repository.commit(harbour=words(1))
    blob = repository.git("rev-parse", "HEAD:harbour.txt")
    repository.commit(pier=words(2))
    location = repository.folder / ".git/objects" / blob[:2] / blob[2:]
    location.chmod(0o644)
    location.write_bytes(b"no object")
    store = new_store()

    _, result = bring_in(store, GitHistory(repository.folder))

    assert [one.where.partition(" ")[2] for one in result.failed] == ["harbour.txt"]
    assert [name for name, _ in result.added] == ["pier/v1"]
    tip = repository.git("rev-parse", "HEAD")
    (repository.folder / ".git/objects" / tip[:2] / tip[2:]).unlink()
    with pytest.raises(UnavailableError, match="cannot be read") as told:
        bring_in(store, GitHistory(repository.folder))
    assert "git fsck" in told.value.hint


def test_branches(repository: Repository) -> None:
    """Another branch can be named; one that is not there is an error that says so."""
    repository.commit(harbour=words(1))
    repository.git("branch", "old")
    repository.commit(harbour=words(2))

    assert len(found(GitHistory(repository.folder, branch="old"))[0]) == 1
    with pytest.raises(InputError, match="no branch nowhere"):
        found(GitHistory(repository.folder, branch="nowhere"))
    with pytest.raises(InputError, match="no branch --all"):
        found(GitHistory(repository.folder, branch="--all"))


@pytest.mark.parametrize("kind", ["nothing", "folder", "empty"])
def test_what_is_no_repository(tmp_path: Path, kind: str) -> None:
    """What is no repository, or has no commit, is refused; one that is further up is not taken instead."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    folder = tmp_path / "inner"
    if kind != "nothing":
        folder.mkdir()
    if kind == "empty":
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
    with pytest.raises(InputError):
        found(GitHistory(folder))


def test_nothing_of_a_repository_runs(repository: Repository, tmp_path: Path) -> None:
    """No hook, filter, driver, monitor, pager, alias, replacement or remote of a repository is ever used."""
    repository.commit(harbour=words(1))
    second = repository.commit(harbour=words(2))
    mark = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{mark}'\nexit 1\n")
    program.chmod(0o755)
    blob = repository.git("rev-parse", f"{second}:harbour.txt")
    evil = repository.git("hash-object", "-w", "--stdin", data=b"Forged\n")
    repository.git("replace", blob, evil)
    (repository.folder / ".git/info/attributes").write_text("*.txt filter=f diff=d merge=m\n")
    (repository.folder / ".git/info/grafts").write_text(f"{second}\n")
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        (repository.folder / ".git/hooks").mkdir(exist_ok=True)
        (repository.folder / f".git/hooks/{hook}").symlink_to(program)
    with (repository.folder / ".git/config").open("a") as config:
        config.write(
            f"[core]\nfsmonitor = {program}\npager = {program}\nsshCommand = {program}\ngitProxy = {program}\n"
            f'[filter "f"]\nsmudge = {program}\nclean = {program}\nprocess = {program}\n'
            f'[diff "d"]\ntextconv = {program}\ncommand = {program}\n[diff]\nexternal = {program}\n'
            f"[alias]\nrev-parse = !{program}\ncat-file = !{program}\n[protocol]\nallow = always\n"
            f'[protocol "ext"]\nallow = always\n[remote "origin"]\nurl = ext::{program}\npromisor = true\n'
            f"uploadpack = {program}\n[extensions]\npartialClone = origin\n[credential]\nhelper = !{program}\n"
        )
    loose = repository.folder / ".git/objects" / blob[:2] / blob[2:]
    loose.unlink()  # what a partial clone would now ask its remote for
    source = GitHistory(repository.folder)
    items = [one for one in source.items(None) if isinstance(one, Item)]

    assert items[0].read() == words(1).encode()
    with pytest.raises(SourceError, match="does not have this object"):
        items[1].read()
    source.close()
    assert not mark.exists()


def test_objects_are_held_to_their_ids(repository: Repository) -> None:
    """A blob whose bytes are not those of its id is refused, though git reads it."""
    repository.commit(harbour=words(1))
    evil = repository.git("hash-object", "-w", "--stdin", data=b"Forged\n")
    blob = repository.git("rev-parse", "HEAD:harbour.txt")
    objects = repository.folder / ".git/objects"
    victim = objects / blob[:2] / blob[2:]
    victim.chmod(0o644)
    victim.write_bytes((objects / evil[:2] / evil[2:]).read_bytes())
    source = GitHistory(repository.folder)
    (item,) = (one for one in source.items(None) if isinstance(one, Item))

    with pytest.raises((SourceError, UnavailableError)):
        item.read()
    source.close()


def test_borrowed_objects_are_told(repository: Repository, tmp_path: Path) -> None:
    """That objects lie in another folder is told."""
    repository.commit(harbour=words(1))
    repository.git("clone", "-q", "--shared", str(repository.folder), str(tmp_path / "clone"))

    items, notices = found(GitHistory(tmp_path / "clone"))

    assert len(items) == 1
    assert sorts(notices) == {"borrowed-objects": 1}


def test_the_environment_of_the_user_is_not_asked(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that lead git elsewhere, as within a hook, change nothing."""
    repository.commit(harbour=words(1))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", "/nowhere")

    assert len(found(GitHistory(repository.folder))[0]) == 1
