"""Writing where nobody can lock: whatever stops, is lost or comes between, an archive is before or complete."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any, cast

import pytest
from tests.conftest import NOW, ORIGIN

from muniment.archive import open_archive
from muniment.archive.paths import CHECKPOINT, DECIDED, STAGING, checkpoint_path
from muniment.archive.staged import read_note
from muniment.errors import IntegrityError, MunimentError, OvertakenError, StoreError, UnavailableError
from muniment.ingest import Source
from muniment.store import FaultyStore, MemoryStore, Store
from muniment.store.objects import ObjectStore
from muniment.verify.archive import verify_archive
from muniment.verify.report import UNFINISHED, VERIFIED
from muniment.write.create import InitialKeys, create_archive
from muniment.write.recover import recover
from muniment.write.staged_commit import settle, sweep
from muniment.write.turns import in_turn
from muniment.write.version import Author, Keys, Publication, add_description, add_publication, add_publications

clients = pytest.importorskip("obstore.store", reason="obstore is not installed")
exceptions = pytest.importorskip("obstore.exceptions", reason="obstore is not installed")

LOST = exceptions.GenericError("HTTP error: error sending request")


class Bucket:
    """A bucket in memory that keeps all that was ever written to it, and does what a test wants at each request."""

    def __init__(self) -> None:
        self.inner = clients.MemoryStore()
        self.requests = 0
        self.ever: list[tuple[str, bytes]] = []
        self.before: Callable[[int], None] = lambda _: None
        self.after: Callable[[int], None] = lambda _: None
        self._counting = threading.Lock()

    @property
    def store(self) -> ObjectStore:
        """A writer's view of it."""
        return ObjectStore(cast("Any", self))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the client has
        act = getattr(self.inner, name)

        def ask(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
            with self._counting:
                self.requests += 1
                number = self.requests
            self.before(number)
            answer = act(*arguments, **options)
            if name == "put":
                self.ever.append((arguments[0], bytes(arguments[1])))
            self.after(number)
            return answer

        return ask

    def copy(self) -> Bucket:
        """Another bucket with the same objects."""
        other = Bucket()
        for entry in self.store.walk():
            other.inner.put(entry.path, self.store.read(entry.path), use_multipart=False)
        return other

    def signed(self) -> dict[int, set[bytes]]:
        """Every checkpoint that ever lay there, whatever became of it, by its size."""
        found: dict[int, set[bytes]] = {}
        for path, data in self.ever:
            if path in {CHECKPOINT, DECIDED} or path.startswith("log/checkpoints/"):
                found.setdefault(read_note(data, path).size, set()).add(data)
        return found


def notice(text: str) -> Source:
    """An original."""
    return Source(f"Notice on the harbour\n\n1. {text}\n".encode(), "notice.txt", NOW)


@pytest.fixture
def bucket(founders: InitialKeys, keys: Keys) -> Bucket:
    """An archive with one release of two versions."""
    made = Bucket()
    create_archive(made.store, founders, origin=ORIGIN, now=NOW)
    add_publication(made.store, keys, "harbour", notice("Closed."), {}, Author(NOW))
    add_description(made.store, keys, "harbour", {"subjects": ["harbours"]}, Author(NOW))
    made.requests = 0
    return made


def add_one(store: Store, keys: Keys) -> None:
    """A version of the release that is there."""
    add_publication(store, keys, "harbour", notice("Open."), {}, Author(NOW))


def add_many(store: Store, keys: Keys) -> None:
    """Three versions under one checkpoint, of the release that is there and of two new ones."""
    wanted = [Publication(name, notice(f"Of {name}."), {}) for name in ("harbour", "quay", "tide")]
    add_publications(store, keys, wanted, Author(NOW))


ACTS = {"one": (add_one, 3, 4), "many": (add_many, 3, 6)}
"""Each act, and the size of the log before and after it."""


def size_of(store: Store) -> int:
    """The size of the log."""
    return open_archive(store).checkpoint.size


def check(bucket: Bucket, *sizes: int) -> None:
    """Complete what was decided; then the archive verifies, has one of these sizes, and no size was signed twice."""
    settle(bucket.store)
    report = verify_archive(bucket.store)
    assert (report.verdict, size_of(bucket.store) in sizes) == (VERIFIED, True), report.findings
    assert [len(notes) for notes in bucket.signed().values() if len(notes) > 1] == []


@pytest.mark.parametrize("act", ACTS)
def test_a_writer_may_stop_at_any_change(bucket: Bucket, keys: Keys, act: str) -> None:
    """Whatever change is the last one, the archive is as before, or the next writer makes it complete."""
    write, before, after = ACTS[act]
    for stop in range(100):
        made = bucket.copy()
        faulty = FaultyStore(made.store, stop)
        try:
            write(faulty, keys)
        except UnavailableError:
            check(made, before, after)
            assert verify_archive(made.store).verdict == VERIFIED
            write(made.store, keys) if size_of(made.store) == before else None
            assert size_of(made.store) == after
        else:
            break
    assert stop > 10
    check(made, after)


def test_an_archive_may_be_begun_at_any_change(founders: InitialKeys) -> None:
    """Whatever change of ``init`` is the last one, ``init`` can be run again, and then there is one archive."""
    for stop in range(100):
        made = Bucket()
        faulty = FaultyStore(made.store, stop)
        try:
            create_archive(faulty, founders, origin=ORIGIN, now=NOW)
        except UnavailableError:
            create_archive(made.store, founders, origin=ORIGIN, now=NOW)
            check(made, 1)
        else:
            break
    assert stop > 10


FAULTS = {
    "lost before": ("before", LOST),
    "lost after": ("after", LOST),
    "conflict": ("before", exceptions.AlreadyExistsError("409 ConditionalRequestConflict")),
    "stale": ("before", exceptions.PreconditionError("412")),
    "stale after": ("after", exceptions.PreconditionError("412")),
    "refused": ("before", exceptions.GenericError("status code: 500 <Error><Code>InternalError</Code></Error>")),
    "throttled": ("before", exceptions.GenericError("status code: 503 <Error><Code>SlowDown</Code></Error>")),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("act", ACTS)
def test_any_request_may_fail(
    bucket: Bucket, keys: Keys, act: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever request fails, before or after it was done, the archive is before or complete; told done, it is."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    write, before, after = ACTS[act]
    when, error = FAULTS[fault]
    number = 0
    while True:
        number += 1
        made = bucket.copy()
        made.requests = 0

        def fail(request: int, at: int = number) -> None:
            if request == at:
                raise error

        setattr(made, when, fail)
        try:
            write(made.store, keys)
        except MunimentError:
            setattr(made, when, lambda _: None)
            check(made, before, after)
        else:
            asked, made.before, made.after = made.requests, lambda _: None, lambda _: None
            check(made, after)
            if asked < number:
                break


def test_another_writer_may_come_at_any_request(bucket: Bucket, keys: Keys) -> None:
    """Whenever between two requests of a writer another one adds, both versions are there, in one history."""
    number = 0
    while True:
        number += 1
        made = bucket.copy()
        made.requests = 0

        def interrupt(request: int, at: int = number, made: Bucket = made) -> None:
            if request == at:
                made.before = lambda _: None
                add_publication(made.store, keys, "tide", notice("High."), {}, Author(NOW))

        made.before = interrupt
        add_one(made.store, keys)
        if size_of(made.store) == 4:
            break
        check(made, 5)
    assert number > 20


@pytest.mark.parametrize("writers", [4, 8])
def test_many_writers_make_one_history(founders: InitialKeys, keys: Keys, writers: int) -> None:
    """Of any number of writers at once each gets all of its versions in, and nothing is left of who lost."""
    made, done = Bucket(), []
    create_archive(made.store, founders, origin=ORIGIN, now=NOW)

    def write(name: str) -> None:
        for number in range(5):
            release = "shared" if number % 2 else name
            added = add_publication(made.store, keys, release, notice(f"Of {name}, number {number}."), {}, Author(NOW))
            done.append(added.digest)

    threads = [threading.Thread(target=write, args=(f"writer-{number}",)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(made, 1 + 5 * writers)
    logged = {entry.statement.record for entries in open_archive(made.store).versions.values() for entry in entries}
    assert (len(done), set(done)) == (5 * writers, logged)
    assert [node.name for node in made.store.list(STAGING)] == ["checkpoint"]


def test_a_decision_whose_answer_was_lost_is_not_made_twice(bucket: Bucket, keys: Keys) -> None:
    """Who decided, never heard of it, and looks only when another has gone on, adds its version once."""

    def lose(_: int) -> None:
        if bucket.ever[-1][0] == DECIDED:
            bucket.after = lambda _: None
            add_publication(bucket.store, keys, "harbour", notice("High."), {}, Author(NOW))
            raise exceptions.PreconditionError("412")

    bucket.after = lose
    add_one(bucket.store, keys)
    check(bucket, 5)


def test_who_loses_leaves_nothing(bucket: Bucket, keys: Keys) -> None:
    """A draft that another writer was faster than raises to who asked once, and takes back what it staged."""

    def once(_: Store) -> None:
        if not made:
            made.append(add_publication(bucket.store, keys, "tide", notice("High."), {}, Author(NOW)))
        raise OvertakenError("another writer was first")

    made: list[object] = []
    with pytest.raises(MunimentError, match="other writers were first each time"):
        in_turn(bucket.store, once)
    assert [node.name for node in bucket.store.list(STAGING)] == ["checkpoint"]


def decided(bucket: Bucket, keys: Keys) -> str:
    """Stop a writer just after its decision; give the path of what it staged."""
    begun = len(bucket.ever)

    def stop(_: int) -> None:
        if len(bucket.ever) > begun and bucket.ever[-1][0] == DECIDED:
            raise LOST

    bucket.before = stop
    with pytest.raises(StoreError, match=r"decided, but not yet complete.*the next writer completes it"):
        add_one(bucket.store, keys)
    bucket.before = lambda _: None
    return next(f"{STAGING}/{node.name}" for node in bucket.store.list(STAGING) if node.name != "checkpoint")


def test_readers_see_nothing_until_it_is_complete(bucket: Bucket, keys: Keys) -> None:
    """What is decided and not applied is unfinished to ``verify``, not in the archive, and completed by the next."""
    decided(bucket, keys)
    report = verify_archive(bucket.store)
    assert (report.verdict, report.size, size_of(bucket.store)) == (UNFINISHED, 3, 3)
    done = in_turn(bucket.store, recover)
    assert done is not None
    assert (done.subject, done.completed) == ("harbour/v3", True)
    check(bucket, 4)


def _staged_files(data: bytes) -> Iterator[bytes]:
    """What was staged, damaged in each of some ways."""
    yield b""
    yield data[:-1]
    yield data + b"0"
    yield data[:-1] + bytes([data[-1] ^ 1])
    at = data.index(b'"size":')
    yield data[: at - 1] + data[at:]


def test_what_was_staged_is_held_to_its_marker(bucket: Bucket, keys: Keys) -> None:
    """What is damaged or missing between the decision and its end is said, and nothing of it is written."""
    path = decided(bucket, keys)
    genuine = bucket.store.read(path)
    there = {entry.path for entry in bucket.store.walk()}
    for data in _staged_files(genuine):
        bucket.inner.put(path, data, use_multipart=False)
        with pytest.raises(MunimentError):
            settle(bucket.store)
        assert {entry.path for entry in bucket.store.walk()} == there
    bucket.inner.delete([path])
    with pytest.raises(IntegrityError, match="an addition was decided, and what it adds is missing"):
        settle(bucket.store)
    bucket.inner.put(path, genuine, use_multipart=False)
    check(bucket, 4)


def test_a_late_writer_undoes_nothing(bucket: Bucket, keys: Keys) -> None:
    """Who decided, and comes back after others have completed it and gone on, changes and removes nothing."""
    decided(bucket, keys)
    late = bucket.copy()
    for number in range(3):
        add_publication(bucket.store, keys, "harbour", notice(f"Later, {number}."), {}, Author(NOW))
    genuine = {entry.path: bucket.store.read(entry.path) for entry in bucket.store.walk()}
    # The late one still believes in the old heads: it sees them at its first two requests.
    view = bucket.store
    old = {CHECKPOINT: late.store.read(CHECKPOINT), DECIDED: late.store.read(DECIDED)}
    staged = next(entry.path for entry in late.store.walk(STAGING) if entry.path != DECIDED)
    bucket.inner.put(staged, late.store.read(staged), use_multipart=False)

    class Late:
        """Reads each of the two heads once as they were."""

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
            return getattr(view, name)

        def read(self, path: str, **limits: int) -> bytes:
            """Read."""
            return old.pop(path) if path in old else view.read(path, **limits)

    settle(cast("Store", Late()))
    assert {entry.path: bucket.store.read(entry.path) for entry in bucket.store.walk()} == genuine
    check(bucket, 7)


def test_an_archive_from_elsewhere_is_probed(small_archive: MemoryStore, keys: Keys) -> None:
    """An archive that was copied into a bucket is written to only once the bucket keeps its promises."""
    made = Bucket()
    for path, data in small_archive.files.items():
        made.inner.put(path, data, use_multipart=False)
    add_publication(made.store, keys, "harbour", notice("Open."), {}, Author(NOW))
    assert any(path.startswith(f"{STAGING}/probe-") for path, _ in made.ever)
    assert verify_archive(made.store).verdict == VERIFIED


def test_heads_that_disagree_are_refused(bucket: Bucket, keys: Keys) -> None:
    """Where ``log/checkpoint`` is ahead of what was decided, somebody wrote without it: nothing is built on that."""
    old = bucket.store.read(checkpoint_path(2))
    bucket.inner.put(DECIDED, old, use_multipart=False)
    with pytest.raises(UnavailableError, match="was the archive written to without it"):
        add_one(bucket.store, keys)
    assert size_of(bucket.store) == 3


def test_what_writers_left_is_told_and_swept(bucket: Bucket) -> None:
    """What was staged and never decided is a notice, and goes where it can never be; what could still be is kept."""
    root = "0" * 64
    names = [f"{STAGING}/3-{root}", f"{STAGING}/9-{root}", f"{STAGING}/probe-0123456789abcdef"]
    for name in names:
        bucket.inner.put(name, b"x", use_multipart=False)
    report = verify_archive(bucket.store)
    told = {finding.subject for finding in report.findings if finding.ok}
    assert (report.verdict, told.issuperset(names)) == (VERIFIED, True)
    assert set(sweep(bucket.store)) == {names[0], names[2]}
    assert {node.name for node in bucket.store.list(STAGING)} == {"checkpoint", f"9-{root}"}


class Counted(Bucket):
    """A bucket that counts each kind of request, and how many were under way at once."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - the client of an extra
        super().__init__()
        self.inner, self.asked, self.most = inner, dict[str, int](), 0
        self._now = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as above
        act = getattr(self.inner, name)

        def ask(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
            with self._counting:
                self.asked[name] = self.asked.get(name, 0) + 1
                self._now += 1
                self.most = max(self.most, self._now)
            sleep(0.02)  # so that what is not waited for comes meanwhile, on a slow machine too
            try:
                return act(*arguments, **options)
            finally:
                with self._counting:
                    self._now -= 1

        return ask

    def costs(self, reads: int) -> bool:
        """Whether at most so many reads were made, and 3 listings, 14 writes and 1 removal."""
        listed = self.asked["list"] + self.asked["list_with_delimiter"]
        return (self.asked["get"] <= reads, listed <= 3, self.asked["put"] <= 14, self.asked["delete"]) == (
            True, True, True, 1,
        )  # fmt: skip


def test_an_addition_costs_few_requests(bucket: Bucket, keys: Keys) -> None:
    """A new release takes at most 16 reads, 3 listings, 14 writes and 1 removal, whatever the archive holds."""
    for number in range(5):
        counted = Counted(bucket.inner)
        add_publication(counted.store, keys, f"quay-{number}", notice("Of the quay."), {}, Author(NOW))
        assert counted.costs(reads=11), counted.asked


@pytest.mark.parametrize("versions", [1, 10, 100])
def test_a_release_that_grows_costs_three_reads_a_version(founders: InitialKeys, keys: Keys, versions: int) -> None:
    """Every version is held to its entry, by three reads, many at once; beside these it costs what a new release does.

    The same for ten versions at once: no version is read twice.
    """
    made = Bucket()
    create_archive(made.store, founders, origin=ORIGIN, now=NOW)
    many = [Publication("harbour", notice(f"Number {number}."), {}) for number in range(versions)]
    add_publications(made.store, keys, many, Author(NOW))
    for wanted in (1, 10):
        copy = made.copy()
        counted = Counted(copy.inner)
        more = [Publication("harbour", notice(f"More, {number}."), {}) for number in range(wanted)]
        add_publications(counted.store, keys, more, Author(NOW))
        assert counted.asked["get"] <= 16 + 3 * versions
        assert counted.costs(16 + 3 * versions) or wanted > 1, counted.asked
        assert counted.most > (8 if versions > 9 else 1)
        check(copy, 1 + versions + wanted)


def test_an_older_version_is_not_built_upon(founders: InitialKeys, keys: Keys) -> None:
    """Of a release whose files are read at once each that is changed or missing stops its writer, by its name."""
    made, folder = Bucket(), "releases/harbour"
    create_archive(made.store, founders, origin=ORIGIN, now=NOW)
    many = [Publication("harbour", notice(f"Number {number}."), {}) for number in range(8)]
    add_publications(made.store, keys, many, Author(NOW))
    names = (
        "v1/content/record.json",
        "v5/content/record.json.sig",
        "v7/content/original.txt",
        "v8/content/record.json",
    )
    for name in (*names, "inventory.json", "inventory.json.sha512", "0=ocfl_object_1.1"):
        path = f"{folder}/{name}"
        data = made.store.read(path)
        for spoilt in (data[:-3] + bytes([data[-3] ^ 1]) + data[-2:], None):
            copy = made.copy()
            copy.inner.delete([path])
            if spoilt is not None:
                copy.inner.put(path, spoilt, use_multipart=False)
            before = {entry.path for entry in copy.store.walk()}
            with pytest.raises(IntegrityError) as caught:
                add_one(copy.store, keys)
            assert (caught.value.where.startswith(path), caught.value.check in {1, 2, 6, 9}) == (True, True), (
                caught.value
            )
            assert {entry.path for entry in copy.store.walk()} == before


def test_readers_are_never_misled(founders: InitialKeys, keys: Keys) -> None:
    """While writers add, whoever verifies finds the archive verified, or with an addition unfinished; never damaged."""
    made = Bucket()
    create_archive(made.store, founders, origin=ORIGIN, now=NOW)

    def write(name: str) -> None:
        for number in range(8):
            add_publication(made.store, keys, "shared", notice(f"Of {name}, number {number}."), {}, Author(NOW))

    threads = [threading.Thread(target=write, args=(f"writer-{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    verdicts = []
    while any(thread.is_alive() for thread in threads):
        report = verify_archive(made.store)
        verdicts.append((report.verdict, report.failures))
    assert {verdict for verdict, _ in verdicts} <= {VERIFIED, UNFINISHED}, [found for _, found in verdicts if found]
    check(made, 17)
