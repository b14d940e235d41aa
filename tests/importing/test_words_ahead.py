"""Other processes take words out ahead: what comes of it is what one process makes, and no key is with them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from tests.importing.conftest import KEYS, new_store, statements, words
from tests.importing.test_engine import Listed, days
from tests.write.writing import NOW

from muniment import parallel
from muniment.archive import open_archive
from muniment.errors import MunimentError, SourceError, UnavailableError
from muniment.importing.engine import ImportJob, ImportResult, run_import
from muniment.importing.map_file import ImportMap, parse_map
from muniment.importing.plan import make_plan
from muniment.importing.words_ahead import WORTH_SHARING, WordsOf
from muniment.parallel import begun_anew
from muniment.sources import NO_WISH, Extraction, Extractor, Wish, extract, plain_text
from muniment.store import MemoryStore
from muniment.verify.archive import verify_archive
from muniment.write.version import Author

State = tuple[str, str, bytes | MunimentError]


def import_with(
    store: MemoryStore,
    states: list[State],
    jobs: int,
    rules: ImportMap | None = None,
    committed: Callable[[ImportResult], None] = lambda _: None,
) -> ImportResult:
    """Import a list with so many processes."""
    plan = make_plan(open_archive(store), Listed(states), rules or ImportMap(), None)
    return run_import(store, KEYS, plan, ImportJob(Author(NOW), committed=committed, jobs=jobs))


def page(number: int, part: str) -> bytes:
    """A page whose text is in this part of it."""
    said = f"<p>The ferry of line {number} leaves at noon, and comes back in the evening of the same day.</p>" * 3
    return f"<!DOCTYPE html><title>Ferry</title><body><nav>Home</nav><{part}><h1>Ferry</h1>{said}</{part}>".encode()


def stamp(number: int) -> str:
    """A day of its own for each state."""
    return f"20{number // 336 + 10:02d}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"


def mixed(count: int) -> list[State]:
    """Texts, pages whose main part moves, and Markdown, with some that are no text, equal, or come back."""
    states: list[State] = []
    for number in range(count):
        data = words(number).encode()
        if number % 3 == 1:
            data = page(number, "main" if number % 2 else "article")
        elif number % 3 == 2:
            data = f"# Notice {number}\n\n- first of {number}\n- second\n".encode()
        if number % 29 == 0:
            data = (b"\x00\x01" * 40, words(1).encode(), b"\xff\xfe\xff")[number % 3]
        states.append((f"doc-{number % 7}-{number % 3}", stamp(number), data))
    states[40] = (*states[40][:2], SourceError("unreadable"))
    return states


RULES = parse_map(b'[[rule]]\nmatch = "*-2"\nmedia_type = "text/markdown"\n[[rule]]\nmatch = "**"\n', where="map")


def test_several_processes_make_what_one_makes() -> None:
    """Every file of the archive is the same, of texts, pages and Markdown, over several batches, and again later."""
    states = mixed(3 * WORTH_SHARING + 200)
    one, several = new_store(), new_store()
    cut = len(states) // 2

    for store, jobs in ((one, 1), (several, 3)):
        import_with(store, states[:cut], jobs, RULES)
        import_with(store, states, jobs, RULES)

    assert one.files == several.files
    assert len(statements(one)) > 2 * WORTH_SHARING
    assert verify_archive(several).verdict == "verified"


def test_their_answers_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken out a second time by the process that writes."""
    asked: list[bytes] = []
    real = plain_text.extract_text

    def counted(data: bytes, *rest: Any, **named: Any) -> Extraction:  # noqa: ANN401 - as it is asked
        asked.append(data)
        return real(data, *rest, **named)

    monkeypatch.setattr(plain_text, "extract_text", counted)

    result = import_with(new_store(), days(28), 2)
    assert len(asked) == len(result.added) == 28  # too few to be shared
    asked.clear()
    result = import_with(new_store(), [(f"doc-{n % 5}", stamp(n), words(n).encode()) for n in range(300)], 2)

    assert len(result.added) == 300
    assert asked == []


def test_a_process_that_ends_stops_the_import_and_nothing_is_lost() -> None:
    """The error says what happened; run again, the import goes on to the same archive."""
    states: list[State] = [(f"doc-{n % 5}", stamp(n), words(n).encode()) for n in range(900)]
    whole, store = new_store(), new_store()
    import_with(whole, states, 1)

    def kill(_: ImportResult) -> None:
        for child in multiprocessing.active_children():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            child.join()

    with pytest.raises(UnavailableError, match="a process that takes words out has ended"):
        import_with(store, states, 2, committed=kill)

    before = len(statements(store))
    assert 0 < before < 900
    assert verify_archive(store).verdict == "verified"
    import_with(store, states, 2)
    assert statements(store) == statements(whole)


def test_an_interruption_leaves_no_process() -> None:
    """Who stops an import waits for nothing but what is being done."""

    def stop(_: ImportResult) -> None:
        raise KeyboardInterrupt

    states: list[State] = [(f"doc-{n % 5}", stamp(n), words(n).encode()) for n in range(600)]
    store = new_store()
    with pytest.raises(KeyboardInterrupt):
        import_with(store, states, 2, committed=stop)

    assert multiprocessing.active_children() == []
    assert verify_archive(store).verdict == "verified"


def test_a_source_that_goes_leaves_what_one_process_leaves() -> None:
    """What was read before is written, though the next part was asked for already."""
    states: list[State] = [(f"doc-{n % 5}", stamp(n), words(n).encode()) for n in range(700)]
    states[600] = (*states[600][:2], UnavailableError("the source is gone"))
    one, several = new_store(), new_store()

    for store, jobs in ((one, 1), (several, 2)):
        with pytest.raises(UnavailableError, match="the source is gone"):
            import_with(store, states, jobs)

    assert len(statements(one)) == 512
    assert one.files == several.files


def test_they_begin_without_what_this_process_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret in the memory of this process is not in theirs."""
    monkeypatch.setattr(parallel, "secret", "a key", raising=False)
    with begun_anew(1) as pool:
        asked = "hasattr(__import__('muniment.parallel').parallel, 'secret')"
        assert pool.submit(eval, asked).result() is False
        assert pool.submit(eval, asked.replace("secret", "share")).result() is True


def test_only_the_same_question_has_their_answer() -> None:
    """What is asked in another way is taken out anew."""
    data = page(1, "main")
    given = Extraction((), "utf-8", "text/html", Extractor("none", "1"))
    ahead = WordsOf("text/html", None, NO_WISH, given)

    assert ahead.take(data, media_type="text/html", wish=NO_WISH) is given
    others: tuple[dict[str, Any], ...] = (
        {"media_type": "text/plain", "wish": NO_WISH},
        {"media_type": "text/html", "wish": Wish(select=("h1",))},
        {"media_type": "text/html", "wish": NO_WISH, "charset": "utf-8"},
    )
    for asked in others:
        assert ahead.take(data, **asked) == extract(data, **asked)
