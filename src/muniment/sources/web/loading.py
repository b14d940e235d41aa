"""A page while a browser loads it: what counts as loaded, what is counted, and what is not let happen.

Nothing here touches a browser or a clock.  ``Loading`` is told each event of the DevTools protocol with its time, and
gives what the browser must be told.  A page is loaded when its ``load`` event has come and then no request was begun,
ended or open for ``QUIET``; or when patience ends, if ``load`` has come by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from muniment.errors import InputError, SourceError, UnavailableError

QUIET: Final = 0.5
"""Seconds without a request after which a page counts as loaded; what it asks later, a reader waits for too."""
MOST_SECONDS: Final = 20.0
"""From the first request to the last moment at which the document is taken."""
MOST_REQUESTS: Final = 1000
MOST_NAVIGATIONS: Final = 5
"""Times that a page may load itself again."""


def say_rule(patience: float) -> str:
    """Say in the record when a page counts as loaded."""
    return f"load, then {QUIET * 1000:.0f} ms without a request; at most {patience:g} s"


Order: TypeAlias = tuple[str, Mapping[str, Any], str]
"""What a browser is told: method, parameters, session."""

FAILED: Final = "net::"
"""How the words begin by which a browser says that an address could not be had."""
_INSIDE: Final = ("data:", "blob:", "about:")
_ATTACH: Final = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}


@dataclass(slots=True)
class Loading:
    """What is known of a page so far.

    Attributes:
        session: Of the page.
        target: Of the page, which the main frame has too.
        user_agent: How each part of it names who asks.
        began: When it was asked, in seconds that only grow.
        patience: Seconds from then to the last moment at which the document is taken.
        requests: Begun so far, by the page, its frames and its workers.
        windows: That it wanted to open.
        downloads: That it wanted to begin.
        dialogs: That it wanted to show.
    """

    session: str
    target: str
    user_agent: str
    began: float
    patience: float = MOST_SECONDS
    requests: int = 0
    windows: int = 0
    downloads: int = 0
    dialogs: int = 0
    _asked: str = ""
    _open: set[tuple[str, str]] = field(default_factory=set)
    _status: dict[str, int] = field(default_factory=dict)
    _navigations: int = 0
    _loaded: bool = False
    _last: float = 0.0

    def begin(self) -> list[Order]:
        """Give what the browser is told before it is given the address."""
        metrics = {"width": 1280, "height": 1024, "deviceScaleFactor": 1, "mobile": False}
        return [
            ("Page.enable", {}, self.session),
            ("Inspector.enable", {}, self.session),
            ("Emulation.setDeviceMetricsOverride", metrics, self.session),
            ("Target.setDiscoverTargets", {"discover": True}, ""),
            *self._watch(self.session),
        ]

    def _watch(self, session: str) -> list[Order]:
        """What a page, and each frame and worker of it in a process of its own, is told."""
        return [
            ("Network.enable", {}, session),
            ("Network.setUserAgentOverride", {"userAgent": self.user_agent}, session),
            ("Network.setBypassServiceWorker", {"bypass": True}, session),
            ("Target.setAutoAttach", _ATTACH, session),
        ]

    def note(self, message: Mapping[str, Any], now: float) -> list[Order]:
        """Take in what the browser said, and give what it must be told.

        Raises:
            InputError: The page leads to another address.
            SourceError: It asks for too much.
            UnavailableError: It could not be had, or broke down.
        """
        method, params, session = message.get("method", ""), message.get("params", {}), message.get("sessionId", "")
        if method.startswith("Network."):
            self._network(method, params, session, now)
        elif method.startswith(("Target.", "Browser.")):
            return self._around(method, params)
        elif method == "Page.frameNavigated" and session == self.session and "parentId" not in params["frame"]:
            self._navigated(params["frame"])
        elif method == "Page.loadEventFired" and session == self.session:
            self._loaded, self._last = self._navigations > 0, now
        elif method == "Page.javascriptDialogOpening":
            self.dialogs += 1
            return [("Page.handleJavaScriptDialog", {"accept": False}, session)]
        elif method == "Inspector.targetCrashed":
            raise UnavailableError("the page broke down in the browser")
        return []

    def settled(self, now: float) -> str | None:
        """Tell whether the document is to be taken: ``quiet``, or ``limit`` where it never is; None to wait on.

        Raises:
            UnavailableError: It did not load in time.
        """
        if self._loaded and not self._open and now - self._last >= QUIET:
            return "quiet"
        if now - self.began < self.patience:
            return None
        if not self._loaded:
            raise UnavailableError(f"the page does not load in {self.patience:g} seconds", hint="try again later")
        return "limit"

    def _network(self, method: str, params: Mapping[str, Any], session: str, now: float) -> None:
        name = (session, str(params.get("requestId", "")))
        if method == "Network.requestWillBeSent":
            url = params["request"]["url"]
            if url.startswith(_INSIDE):
                return
            self._count()
            self._open.add(name)
            if not self._asked and session == self.session and params.get("type") == "Document":
                self._asked = url
        elif method == "Network.webSocketCreated":
            self._count()  # one that stays open is no request that is waited for
        elif method == "Network.responseReceived" and params.get("type") == "Document":
            self._status[params["loaderId"]] = params["response"]["status"]
            return
        elif method in {"Network.loadingFinished", "Network.loadingFailed"}:
            self._open.discard(name)
        else:
            return
        self._last = now

    def _count(self) -> None:
        self.requests += 1
        if self.requests > MOST_REQUESTS:
            raise SourceError("the page asks for too much", expected=f"at most {MOST_REQUESTS} requests")

    def _navigated(self, frame: Mapping[str, Any]) -> None:
        """See that the main frame shows the page that was asked, and no other one."""
        failed = frame.get("unreachableUrl")
        if failed and _bare(failed) == _bare(self._asked):
            raise UnavailableError("the browser gets no page", found=f"{FAILED}no answer", hint="try again later")
        shown = failed or frame["url"]
        if _bare(shown) != _bare(self._asked):
            raise InputError("in the browser the page leads elsewhere", found=shown[:200], hint="capture that address")
        status = self._status.get(frame.get("loaderId", ""), 0)
        if status != 200:
            raise UnavailableError("the browser is given no page", found=f"status {status}")
        self._navigations += 1
        self._loaded = False
        if self._navigations > MOST_NAVIGATIONS:
            raise UnavailableError(
                "the page loads itself again and again", expected=f"at most {MOST_NAVIGATIONS} times"
            )

    def _around(self, method: str, params: Mapping[str, Any]) -> list[Order]:
        """Let no window open and no file come; watch the frames and workers that have processes of their own."""
        if method == "Target.targetCreated":
            made = params["targetInfo"]
            if made["type"] == "page" and made["targetId"] != self.target:
                self.windows += 1
                return [("Target.closeTarget", {"targetId": made["targetId"]}, "")]
        if method == "Browser.downloadWillBegin":
            self.downloads += 1
        if method == "Target.attachedToTarget" and params["targetInfo"]["targetId"] != self.target:
            inner = params["sessionId"]
            return [*self._watch(inner), ("Runtime.runIfWaitingForDebugger", {}, inner)]
        if method == "Target.detachedFromTarget":
            self._open = {name for name in self._open if name[0] != params["sessionId"]}
        return []


def _bare(url: str) -> str:
    """An address without its fragment, which names a place in the same document."""
    return url.partition("#")[0]
