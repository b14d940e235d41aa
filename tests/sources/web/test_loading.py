"""A page while a browser loads it, by events of the DevTools protocol, without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.errors import InputError, MunimentError, SourceError, UnavailableError
from muniment.sources.web import loading
from muniment.sources.web.loading import Loading, Order, say_rule

NOTHING = "chrome-error://chromewebdata/"
URL = "http://press.example.org/notice"


def event(method: str, session: str = "S", **params: object) -> dict[str, Any]:
    """What a browser says."""
    return {"method": method, "params": params, "sessionId": session}


def sent(number: int, url: str = URL, kind: str = "Fetch", session: str = "S") -> dict[str, Any]:
    """It begins a request."""
    return event("Network.requestWillBeSent", session, requestId=str(number), request={"url": url}, type=kind)


def shown(url: str = URL, loader: str = "L", **more: object) -> dict[str, Any]:
    """The main frame shows a document."""
    return event("Page.frameNavigated", frame={"id": "T", "url": url, "loaderId": loader, **more})


def answered(status: int = 200, loader: str = "L") -> dict[str, Any]:
    """A document was answered."""
    return event(
        "Network.responseReceived", requestId="1", loaderId=loader, type="Document", response={"status": status}
    )


BEGINNING = (sent(1, kind="Document"), answered(), shown(), event("Network.loadingFinished", requestId="1"))
LOADED = event("Page.loadEventFired")


def play(*said: dict[str, Any], page: Loading | None = None) -> tuple[Loading, list[Order]]:
    """Let a browser say things, each a tenth of a second after the one before."""
    page = page or Loading("S", "T", "agent", 0.0)
    orders: list[Order] = []
    for number, message in enumerate(said):
        orders += page.note(message, number / 10)
    return page, orders


def test_quiet() -> None:
    """A page has loaded when its load event has come, and then for half a second no request was begun or open."""
    page, _ = play(*BEGINNING)
    assert page.settled(9.0) is None
    page, _ = play(*BEGINNING, LOADED)
    assert (page.settled(0.8), page.settled(0.95)) == (None, "quiet")
    page, _ = play(*BEGINNING, LOADED, sent(2), sent(3, "blob:x"))
    assert page.settled(9.0) is None
    page.note(event("Network.loadingFailed", requestId="2"), 9.0)
    assert (page.settled(9.4), page.settled(9.5)) == (None, "quiet")
    assert page.requests == 2
    page, _ = play(*BEGINNING, LOADED, event("Network.webSocketCreated", requestId="9"))
    assert (page.settled(1.0), page.requests) == ("quiet", 2)


def test_never_quiet() -> None:
    """When patience ends, the document is taken if its load event has come, and else there is no page."""
    page, _ = play(*BEGINNING, LOADED, sent(2))
    assert (page.settled(19.9), page.settled(20.0)) == (None, "limit")
    page, _ = play(*BEGINNING)
    with pytest.raises(UnavailableError, match="does not load in 20 seconds"):
        page.settled(20.0)
    assert say_rule(20.0) == "load, then 500 ms without a request; at most 20 s"


def test_a_frame_that_goes_is_waited_for_no_longer() -> None:
    """What a frame or worker of a process of its own has asked for is not waited for when that is gone."""
    page, _ = play(*BEGINNING, LOADED, sent(7, session="F"))
    assert page.settled(9.0) is None
    page.note(event("Target.detachedFromTarget", "", sessionId="F"), 1.0)
    assert page.settled(9.0) == "quiet"


WRONG: dict[str, tuple[tuple[dict[str, Any], ...], type[MunimentError], str]] = {
    "elsewhere": ((*BEGINNING, shown("http://10.0.0.7/")), InputError, "leads elsewhere"),
    "elsewhere, which is not reached": (
        (*BEGINNING, shown(NOTHING, unreachableUrl="http://10.0.0.7/")), InputError, "elsewhere",
    ),
    "not reached": (
        (sent(1, kind="Document"), shown(NOTHING, unreachableUrl=URL)), UnavailableError,
        "gets no page",
    ),
    "another status": ((sent(1, kind="Document"), answered(403), shown()), UnavailableError, "is given no page"),
    "no status": ((sent(1, kind="Document"), shown()), UnavailableError, "is given no page"),
    "again and again": ((*BEGINNING, *[shown()] * 5), UnavailableError, "loads itself again and again"),
    "broken down": ((*BEGINNING, event("Inspector.targetCrashed")), UnavailableError, "broke down"),
    "too many requests": (
        tuple(sent(number) for number in range(loading.MOST_REQUESTS + 1)), SourceError, "asks for too much",
    ),
    "too many sockets": (
        (event("Network.webSocketCreated", requestId="1"),) * (loading.MOST_REQUESTS + 1), SourceError, "too much",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRONG))
def test_what_is_no_page(name: str) -> None:
    """Each way in which a page is not the one that was asked, or not to be had, is an error of its kind."""
    said, kind, words = WRONG[name]
    with pytest.raises(kind, match=words):
        play(*said)


def test_the_same_page_again() -> None:
    """A page may load itself again, and may name a place in itself; then its load event is waited for anew."""
    page, _ = play(*BEGINNING, LOADED, shown(f"{URL}#p2"))
    assert page.settled(9.0) is None
    page.note(LOADED, 9.0)
    assert page.settled(9.5) == "quiet"
    # A frame in the page goes where it likes: its words are not in the document.
    play(*BEGINNING, event("Page.frameNavigated", frame={"id": "F", "parentId": "T", "url": "http://other.example/"}))


def test_what_a_page_is_not_let_do() -> None:
    """Dialogs are closed, windows too, files are counted; frames and workers of their own are watched like the page."""
    page, orders = play(
        *BEGINNING,
        event("Page.javascriptDialogOpening", "F", message="hello"),
        event("Target.targetCreated", "", targetInfo={"type": "page", "targetId": "P"}),
        event("Target.targetCreated", "", targetInfo={"type": "page", "targetId": "T"}),
        event("Target.targetCreated", "", targetInfo={"type": "browser_ui", "targetId": "U"}),
        event("Browser.downloadWillBegin", ""),
        event("Target.attachedToTarget", "", sessionId="F", targetInfo={"targetId": "X", "type": "iframe"}),
    )
    assert (page.dialogs, page.windows, page.downloads) == (1, 1, 1)
    assert orders[:2] == [
        ("Page.handleJavaScriptDialog", {"accept": False}, "F"),
        ("Target.closeTarget", {"targetId": "P"}, ""),
    ]
    assert [(method, session) for method, _, session in orders[2:]] == [
        ("Network.enable", "F"),
        ("Network.setUserAgentOverride", "F"),
        ("Network.setBypassServiceWorker", "F"),
        ("Target.setAutoAttach", "F"),
        ("Runtime.runIfWaitingForDebugger", "F"),
    ]
    assert [method for method, _, session in page.begin() if session == "S"][:2] == ["Page.enable", "Inspector.enable"]
