"""A bucket as a store: what no other store has, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, cycle, islice, product
from threading import Event
from typing import Any, cast

import pytest
from tests.object_servers import Server

from muniment.errors import NotFoundError, StoreError, WriteConflictError
from muniment.store.interface import Node, WalkEntry
from muniment.store.objects import TRIES, ObjectStore

clients = pytest.importorskip("obstore.store", reason="obstore is not installed")
exceptions = pytest.importorskip("obstore.exceptions", reason="obstore is not installed")


class Client:
    """A client in memory whose writes a test can bend: ``before`` and ``after`` each one, or its conditions."""

    def __init__(self) -> None:
        self.inner = clients.MemoryStore()
        self.before: Callable[[str, bytes], None] = lambda _path, _data: None
        self.after: Callable[[str, bytes], None] = lambda _path, _data: None
        self.heeds: Callable[[Any], bool] = lambda _mode: True
        self.puts = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the client has
        return getattr(self.inner, name)

    def put(self, path: str, data: bytes, *, mode: Any = "overwrite", **_: object) -> None:  # noqa: ANN401
        """Write as the test wants it."""
        self.puts += 1
        self.before(path, data)
        self.inner.put(path, data, mode=mode if self.heeds(mode) else "overwrite", use_multipart=False)
        self.after(path, data)


def _store(client: Client) -> ObjectStore:
    return ObjectStore(cast("Any", client))


def _once(error: Exception) -> Callable[[str, bytes], None]:
    """Raise at the first write, and never again."""
    errors = [error]

    def act(_path: str, _data: bytes) -> None:
        if errors:
            raise errors.pop()

    return act


EXISTS = exceptions.AlreadyExistsError("it exists")
STALE = exceptions.PreconditionError("it was changed")
BROKEN = exceptions.GenericError("HTTP error: error sending request")


@pytest.mark.parametrize("error", [EXISTS, STALE])
def test_an_answer_that_was_lost_is_no_conflict(error: Exception) -> None:
    """Where the client's second try meets our own bytes, the write is done: created as well as swapped."""
    client = Client()
    client.after = _once(error)
    store = _store(client)
    store.create("a", b"1")
    client.after = _once(error)
    store.replace("a", b"2", b"1")
    assert (store.read("a"), client.puts) == (b"2", 2)


def test_a_request_in_flight_is_waited_for() -> None:
    """A conflict after which nothing is there, or what was there still is, is tried again, and not for ever."""
    client = Client()
    store = _store(client)
    client.before = _once(EXISTS)
    store.create("a", b"1")
    client.before = _once(STALE)
    store.replace("a", b"2", b"1")
    assert (store.read("a"), client.puts) == (b"2", 4)

    def always(_path: str, _data: bytes) -> None:
        raise EXISTS

    client.before = always
    with pytest.raises(StoreError, match="other requests were in the way each time"):
        store.create("b", b"")
    assert client.puts == 4 + TRIES


def test_a_swap_loses_to_who_was_between() -> None:
    """What another writes between our reading and our writing is kept, whatever it is; what it removes stays away."""
    client = Client()
    store = _store(client)
    store.create("a", b"1")
    client.before = lambda path, _: client.inner.put(path, b"theirs", use_multipart=False) and None
    with pytest.raises(WriteConflictError, match="a: changed by another writer"):
        store.replace("a", b"2", b"1")
    assert store.read("a") == b"theirs"
    client.before = lambda path, _: client.inner.delete([path])
    with pytest.raises(WriteConflictError, match="a: changed by another writer"):
        store.replace("a", b"2", b"theirs")
    with pytest.raises(NotFoundError):
        store.read("a")


def test_what_was_read_is_swapped_without_reading_it_again() -> None:
    """A swap of what was read before is one request, and lost all the same to whoever came between."""
    client = Client()
    reads: list[str] = []

    def get(path: str, **options: Any) -> Any:  # noqa: ANN401 - as the client has it
        reads.append(path)
        return client.inner.get(path, **options)

    client.get = get  # type: ignore[attr-defined]
    store, other = _store(client), _store(client)
    store.create("a", b"1")
    assert (store.read("a"), store.read("a"), len(reads)) == (b"1", b"1", 2)
    store.replace("a", b"2", b"1")
    assert (client.inner.get("a").bytes() == b"2", len(reads), client.puts) == (True, 2, 2)
    store.read("a")
    other.replace("a", b"3", b"2")
    with pytest.raises(WriteConflictError):
        store.replace("a", b"4", b"2")
    with pytest.raises(WriteConflictError):
        store.replace("a", b"4", b"1")
    store.read("a")
    other.replace("a", b"2", b"3")
    other.replace("a", b"3", b"2")
    store.replace("a", b"4", b"3")  # the same bytes, of another version
    assert other.read("a") == b"4"
    store.read("a")
    client.inner.delete(["a"])
    with pytest.raises(WriteConflictError):
        store.replace("a", b"5", b"4")


def test_what_breaks_is_said_in_our_words() -> None:
    """An error of the client becomes one of ours, without the address or any header of the request."""
    client = Client()
    client.before = _once(exceptions.GenericError("Error performing PUT http://h/b?sig=SECRET - HTTP error: x"))
    with pytest.raises(StoreError) as caught:
        _store(client).create("a", b"")
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None
    client.before = _once(exceptions.GenericError("status code: 503 Slow Down <Error><Code>SlowDown</Code></Error>"))
    with pytest.raises(StoreError, match="a: the object store asks for fewer requests"):
        _store(client).create("a", b"")


@pytest.mark.parametrize(
    ("raised", "what"),
    [
        (exceptions.GenericError("ETag Header missing\n\nsource: MissingEtag,"), "names no version of what it keeps"),
        (exceptions.GenericError("Content-Range header not present\n\nsource: NoContentRange,"), "the answer was cut"),
        (
            exceptions.GenericError("Got invalid list response\n\nsource: InvalidListResponse {"),
            "no list of the object",
        ),
        (exceptions.InvalidPathError('BadSegment {\n path: "p/a//b",\n'), "name no path can hold: found p/a//b"),
    ],
)
def test_an_answer_that_is_none_is_not_called_silence(raised: Exception, what: str) -> None:
    """What came and cannot be used is said, and not that nothing came: whoever looks at his network looks in vain."""
    client = Client()
    client.before = _once(raised)
    with pytest.raises(StoreError, match=what):
        _store(client).create("a", b"")


def test_an_object_that_stands_for_a_folder_is_none() -> None:
    """Consoles make an object ``releases/`` for a folder, which clients call as the folder itself."""

    class Listing:
        def list_with_delimiter(self, prefix: str | None) -> dict[str, list[object]]:
            return {"common_prefixes": ["a"] if prefix is None else [], "objects": []}

        def list(self, prefix: str, **_: object) -> Any:  # noqa: ANN401 - as the client has it
            assert prefix == "a/b"
            return [[{"path": path, "size": 0} for path in ("a/b", "a/b/c", "a/b/d/e")]]

    store = ObjectStore(cast("Any", Listing()))
    assert [found.path for found in store.walk("a/b")] == ["a/b/c", "a/b/d/e"]


@pytest.mark.parametrize("length", [1, 3, 999, 1000, 1001, 5000])
@pytest.mark.parametrize("before", [0, 1, 2500])
def test_a_list_that_goes_in_a_circle_ends(length: int, before: int) -> None:
    """A server that says for ever that more follows, and gives the same again, is not followed for ever."""
    names = chain((f"a/{n:06}" for n in range(before)), cycle([f"b/{n:06}" for n in range(length)]))
    walked = islice(ObjectStore(cast("Any", _circle(names))).walk("log"), 4 * (before + length) + 10)
    assert "the object store lists the same again" in str([found.fault for found in walked][-1])


def test_a_circle_of_the_folder_itself_ends() -> None:
    """So does one that names nothing but the object of the folder, which is no file."""
    (found,) = ObjectStore(cast("Any", _circle(cycle(["log"])))).walk("log")
    assert "the object store lists the same again" in str(found.fault)


def _circle(names: Iterator[str]) -> object:
    class Circle:
        def list(self, _: str, *, chunk_size: int) -> Iterator[list[dict[str, object]]]:
            while True:
                yield [{"path": path, "size": 0} for path in islice(names, chunk_size)]

    return Circle()


def test_a_list_that_says_nothing_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the client waits for ever, as for a server whose pages are empty and are followed by more, we do not."""
    monkeypatch.setattr("muniment.store.objects.LISTED", 0.1)
    monkeypatch.setattr("muniment.store.objects.CHUNK", 0.1)
    for_ever = Event()

    class Silent:
        def list_with_delimiter(self, _: str | None) -> None:
            for_ever.wait()

        def list(self, _: str, **_named: object) -> Iterator[None]:
            for_ever.wait()
            yield None

    store = ObjectStore(cast("Any", Silent()))
    with pytest.raises(StoreError, match="the list of the object store does not end"):
        store.list("log")
    assert ["does not end" in str(found.fault) for found in store.walk("log")] == [True]
    for_ever.set()


def test_a_page_of_somebody_else_is_no_empty_list() -> None:
    """Where not even a file that was read is listed, nothing is: the client finds no name in a page to log in."""

    class Blind(Client):
        blind = True

        def list_with_delimiter(self, prefix: str | None) -> Any:  # noqa: ANN401 - as the client has it
            nothing: dict[str, list[object]] = {"common_prefixes": [], "objects": []}
            return nothing if self.blind else self.inner.list_with_delimiter(prefix)

        def list(self, prefix: str, **named: Any) -> Any:  # noqa: ANN401 - as the client has it
            return [] if self.blind else self.inner.list(prefix, **named)

    client = Blind()
    store = _store(client)
    assert store.list() == ()  # nothing was read yet: so nothing may be there
    client.inner.put("log/a", b"1")
    assert store.read("log/a") == b"1"
    with pytest.raises(StoreError, match="no list of the object store"):
        store.list("trust")
    assert ["no list of" in str(found.fault) for found in (*store.walk(), *store.walk("trust"))] == [True, True]
    client.blind = False
    assert (store.list("trust"), list(store.walk("trust"))) == ((), [])
    assert [found.path for found in store.walk()] == ["log/a"]
    store.remove("log/a")
    assert list(store.walk()) == []


def test_a_store_that_keeps_to_conditions_passes_the_probe(bucket: ObjectStore) -> None:
    """The probe passes on each server, and leaves nothing behind."""
    bucket.probe()
    assert list(bucket.walk()) == []


@pytest.mark.parametrize("ignored", ["create", "swap"])
def test_a_store_that_lies_about_conditions_is_refused(ignored: str) -> None:
    """A store that lets a second create or a stale swap pass is refused, and what was tried there is removed."""
    client = Client()
    client.heeds = lambda mode: (mode == "create") == (ignored == "swap")
    with pytest.raises(StoreError, match="does not keep to conditions of a write"):
        _store(client).probe()
    assert list(_store(client).walk()) == []


def test_racing_creates_have_one_winner(bucket: ObjectStore) -> None:
    """Of two that create a path with other bytes the second is refused, and of two swaps too."""
    bucket.create("a", b"1")
    with pytest.raises(WriteConflictError):
        bucket.replace("a", b"2", None)
    bucket.replace("a", b"2", b"1")
    with pytest.raises(WriteConflictError):
        bucket.replace("a", b"3", b"1")
    assert bucket.read("a") == b"2"


def test_many_are_removed_in_a_request(bucket: ObjectStore) -> None:
    """Some of many may be gone already; the others go, and what was not named stays."""
    for name in ("a/1", "a/2", "b"):
        bucket.create(name, b"")
    bucket.remove_many(["a/1", "a/none", "a/2", "other"])
    bucket.remove_many([])
    assert [found.path for found in bucket.walk()] == ["b"]


NAMES = ("a", "a b", "a-1", "a.b", "a0", "b")


def test_any_order_of_folders_is_walked_by_code_point() -> None:
    """Whatever of these names are files and folders, what is listed by code point or by folder is walked the same."""
    from muniment.store.objects import _in_order  # noqa: PLC0415 - the order that no server at hand gives

    for kinds in product(("file", "folder", "none"), repeat=len(NAMES)):
        paths = [
            path
            for name, kind in zip(NAMES, kinds, strict=True)
            for path in {"file": [f"t/{name}"], "folder": [f"t/{name}/x", f"t/{name}/y/z"], "none": []}[kind]
        ]
        by_folder = sorted(paths, key=lambda path: path.split("/"))
        for listed in (by_folder, sorted(paths)):
            entries = [WalkEntry(path, Node(path.rpartition("/")[2], "file", 0)) for path in listed]
            assert [entry.path for entry in _in_order(entries, 1)] == sorted(paths)


def test_a_bucket_that_is_not_there_is_no_missing_file(weed_server: Server) -> None:
    """A missing bucket and an endpoint that nobody serves are errors that say so, not files that are missing."""
    absent = clients.S3Store("nobody", endpoint=weed_server.endpoint, **_ACCESS)
    with pytest.raises(StoreError, match="there is no such bucket"):
        ObjectStore(absent).read("a")
    dead = clients.S3Store("nobody", endpoint="http://127.0.0.1:1", retry_config={"max_retries": 0}, **_ACCESS)
    with pytest.raises(StoreError, match="no answer of the object store"):
        ObjectStore(dead).list()
    (found,) = ObjectStore(dead).walk("a")
    assert "no answer" in str(found.fault)


_ACCESS: dict[str, Any] = {
    "access_key_id": "test",
    "secret_access_key": "test",
    "region": "us-east-1",
    "client_options": {"allow_http": True},
}
