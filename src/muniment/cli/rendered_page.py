"""A page as Chromium has it after loading, within limits of time, requests and bytes; and the capture of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click

from muniment.cli.browser_proxy import BrowserProxy, serving
from muniment.cli.chromium import (
    ENVIRONMENT,
    HEIGHT,
    LANGUAGE,
    TIME_ZONE,
    WIDTH,
    Chromium,
    DevTools,
    DevToolsError,
    Message,
    running,
    way_out,
)
from muniment.cli.terminal import print_note
from muniment.cli.transport import Deadline, Network
from muniment.display import plain
from muniment.errors import InputError, MunimentError, SourceError, UnavailableError
from muniment.record.capture import PlainAnswer, Refusals, Rendering
from muniment.record.phrases import rendering_notes
from muniment.sources.answered import medium_of_answer
from muniment.sources.warc import Unpacked
from muniment.sources.web.document import PAGE, SERIALISE, as_rendered, read_document
from muniment.sources.web.loading import FAILED, MOST_SECONDS, Loading, say_rule
from muniment.sources.web.visit import Asking

_TICK: Final = 0.1  # seconds after which it is seen whether the page has settled
_ANSWERS: Final = 10.0  # seconds in which a page must let itself be read
_NAMED: Final = 5  # refusals that are told; a page may be refused hundreds of times
_WORLD: Final = "muniment"
_Function = TypeVar("_Function", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """What came of rendering.

    Attributes:
        answer: The capture, with the document as its payload.
        reasons: Why connections were refused, the first ones.
    """

    answer: Unpacked
    reasons: tuple[str, ...]


def render(answer: Unpacked, chromium: Chromium, asking: Asking, network: Network, *, seconds: float) -> RenderedPage:
    """Give a capture with the document that a browser makes of its page in the place of the answer.

    Args:
        answer: What the address answered without a browser.
        chromium: The program.
        asking: Which servers may be asked, and who asks.
        network: What is around.
        seconds: For all of it.

    Raises:
        InputError: It is no page, or leads elsewhere.
        SourceError: It is too large, or asks for too much.
        UnavailableError: It could not be had in time, or the browser could not be started or broke down.
    """
    address = answer.capture.address
    medium = medium_of_answer(answer, where=address)
    if medium != PAGE:
        raise InputError("only a page is rendered", where=address, expected=PAGE, found=medium)
    began = network.monotonic()
    deadline = Deadline(began + seconds, seconds, network)
    with serving(asking, deadline) as proxy:
        try:
            with running(chromium, proxy.port, lambda: deadline.left(seconds)) as tools:
                patience = min(MOST_SECONDS, seconds / 2)
                document, rendering = _Rendering(tools, proxy, asking, network).render(address, patience)
        except MunimentError as error:
            error.where = error.where or address
            if error.found.startswith(FAILED) and proxy.traffic.reasons:
                error.found = proxy.traffic.reasons[0]  # the browser does not know why
            raise
        except (DevToolsError, AttributeError, KeyError, TypeError, ValueError) as error:
            what = "the browser does not do what it is told"
            raise UnavailableError(what, where=address, found=repr(error)[:200]) from error
    return RenderedPage(as_rendered(answer, document, rendering), tuple(proxy.traffic.reasons))


class _Rendering:
    """One page in one browser."""

    def __init__(self, tools: DevTools, proxy: BrowserProxy, asking: Asking, network: Network) -> None:
        self._tools = tools
        self._proxy = proxy
        self._asking = asking
        self._now: Callable[[], float] = network.monotonic

    def render(self, address: str, patience: float) -> tuple[bytes, Rendering]:
        """Give the document of a page, and how it came about; for it to load it is waited so many seconds."""
        began, tools = self._now(), self._tools
        version = tools.call("Browser.getVersion")["product"].partition("/")[2]
        agent = name_agent(self._asking.user_agent, version)
        context = tools.call("Target.createBrowserContext", way_out(self._proxy.port))["browserContextId"]
        denied = {"behavior": "deny", "browserContextId": context, "eventsEnabled": True}
        tools.call("Browser.setDownloadBehavior", denied)
        window = {"url": "about:blank", "browserContextId": context, "width": WIDTH, "height": HEIGHT}
        target = tools.call("Target.createTarget", window)["targetId"]
        session = tools.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        loading = Loading(session, target, agent, self._now(), patience)
        ended = self._load(loading, address)
        document, frames, roots = self._document(loading, address)
        traffic = self._proxy.traffic
        rendering = Rendering(
            engine=f"Chromium {version}",
            user_agent=agent,
            rule=say_rule(patience),
            ended=ended,
            width=WIDTH,
            height=HEIGHT,
            language=LANGUAGE,
            time_zone=TIME_ZONE,
            requests=loading.requests,
            refused=Refusals(traffic.refused, loading.dialogs, loading.downloads, loading.windows),
            size=traffic.size,
            milliseconds=round((self._now() - began) * 1000),
            frames=frames,
            shadow_roots=roots,
            plain=PlainAnswer("", 0),
        )
        return document, rendering

    def _load(self, loading: Loading, address: str) -> str:
        """Load the page, and say whether it became quiet."""
        for method, params, session in loading.begin():
            self._tools.call(method, params, session)  # in force before the page begins
        number = self._tools.send("Page.navigate", {"url": address}, loading.session)
        while (ended := loading.settled(self._now())) is None:
            self._take_in(loading, number)
        return ended

    def _take_in(self, loading: Loading, navigation: int = 0) -> Message:
        """Take in what the browser says next, and see that no limit was passed."""
        message = self._tools.receive(_TICK)
        if exceeded := self._proxy.traffic.exceeded:
            raise SourceError("the page asks for too much", expected=exceeded)
        if message is None:
            return {}
        if navigation and message.get("id") == navigation:
            words = message.get("result", {}).get("errorText") or message.get("error", {}).get("message")
            if words:
                raise UnavailableError("the browser gets no page", found=str(words)[:200])
        for method, params, session in loading.note(message, self._now()):
            self._tools.send(method, params, session)
        return message

    def _document(self, loading: Loading, address: str) -> tuple[bytes, int, int]:
        """Write the document down; a page whose scripts never end is never read."""
        world = {"frameId": loading.target, "worldName": _WORLD}
        made = self._ask(loading, "Page.createIsolatedWorld", world)
        wanted = {"expression": SERIALISE, "contextId": made["executionContextId"], "returnByValue": True}
        done = self._ask(loading, "Runtime.evaluate", wanted)
        if "exceptionDetails" in done:
            raise UnavailableError("the document could not be read", hint="Chromium 125 or a newer one is needed")
        return read_document(done["result"]["value"], where=address)

    def _ask(self, loading: Loading, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Say something to the page; a dialog that it shows meanwhile is closed, since it would hold all up."""
        number, end = self._tools.send(method, params, loading.session), self._now() + _ANSWERS
        while self._now() < end:
            message = self._take_in(loading)
            if message.get("id") != number:
                continue
            if "error" in message:
                raise UnavailableError("the document could not be read", found=str(message["error"])[:200])
            result: dict[str, Any] = message["result"]
            return result
        raise UnavailableError("the scripts of the page do not let it be read", expected=f"an answer in {_ANSWERS:g} s")


def name_agent(user_agent: str, version: str) -> str:
    """Name the browser to servers, by which they choose what it can read, and who asks.

    Args:
        user_agent: ``NAME/VERSION (+ADDRESS)``.
        version: Of the browser.
    """
    who = user_agent.replace(" (", "; ").removesuffix(")")
    major = version.partition(".")[0]
    return f"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; {who}) Chrome/{major}.0.0.0 Safari/537.36"


def browser_options(function: _Function) -> _Function:
    """Add the options that say which browser renders, as ``browser`` and ``no_sandbox``."""
    for option in (
        click.option("--no-sandbox", is_flag=True, help="Give up its sandbox, as root must: for pages that you trust."),
        click.option(
            "--browser",
            metavar="PROGRAM",
            envvar=ENVIRONMENT,
            show_envvar=True,
            help="Chromium or Chrome; else it is looked for.",
        ),
    ):
        function = option(function)
    return function


def tell_rendered(rendered: RenderedPage) -> None:
    """Say on stderr that the original is a browser's document, and what of the page is not in it or was refused."""
    capture = rendered.answer.capture
    assert capture.rendered is not None  # noqa: S101 - it was rendered
    for line in rendering_notes(capture.rendered):
        print_note(f"{plain(capture.address)}: {line}")
    for reason in rendered.reasons[:_NAMED]:
        print_note(f"{plain(capture.address)}: refused: {plain(reason)}")
