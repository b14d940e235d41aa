"""Asking one web archive for many things: what it answers, what it refuses, and how long it wants to be left alone.

Nothing here touches the network or a clock: both are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Final

from muniment.errors import InputError, MunimentError, SourceError, UnavailableError
from muniment.sources.web.politeness import Politeness, read_retry_after
from muniment.sources.web.targets import parse_target
from muniment.sources.web.visit import Asking, Exchange, RobotsSaid, Visit, WebRequest, visit

LONGEST_WAIT: Final = 600
"""Seconds that a server may ask to wait; who wants more is asked another day."""
_ATTEMPTS: Final = 4
_BUSY: Final = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no page.

    Attributes:
        error: As a visit says it.
        status: Of the last answer; None where there was none.
        wait: Seconds after which the server wants to be asked again; None where it does not say.
    """

    error: MunimentError
    status: int | None = None
    wait: float | None = None


def visit_once(url: str, asking: Asking, said: RobotsSaid) -> Generator[WebRequest, Exchange, Visit | Refusal]:
    """Ask an address as ``sources.web.visit`` does, and give why there is no page instead of raising it.

    Args:
        url: The address.
        asking: How to ask.
        said: What sites said in their ``robots.txt``, which is asked once in a run.
    """
    steps, last = visit(url, asking, said), None
    try:
        request = next(steps)
        while True:
            try:
                exchange = yield request
            except MunimentError as error:
                last = None
                request = steps.throw(error)
            else:
                last = exchange
                request = steps.send(exchange)
    except StopIteration as done:
        result: Visit = done.value
        return result
    except MunimentError as error:
        for site in [site for site, (_, word) in said.items() if word == "unread"]:
            del said[site]  # it may be read the next time
        return Refusal(error) if last is None else Refusal(error, last.head.status, _wait_of(last))


def _wait_of(exchange: Exchange) -> float | None:
    """Seconds by the header ``Retry-After``; None where it does not say."""
    head = exchange.head
    return read_retry_after(head.get("retry-after"), head.get("date"), exchange.time)


@dataclass(slots=True)
class PoliteAsker:
    """Asks address after address, never faster than its delay, and waits where a server asks for it.

    Attributes:
        ask: Visits an address once.
        sleep: Waits so many seconds.
        monotonic: Gives seconds that only grow.
        polite: What is known of the hosts.
        user_agent: Who asks.
        asked: How many visits there were.
    """

    ask: Callable[[str], Visit | Refusal]
    sleep: Callable[[float], None]
    monotonic: Callable[[], float]
    polite: Politeness
    user_agent: str
    asked: int = field(default=0, init=False)

    def get(self, url: str, *, first: bool = False) -> Visit:
        """Give what an address answers.

        Args:
            url: The address.
            first: Whether all else hangs on this one, so that a server that is out of order is not there at all.

        Raises:
            InputError: The address may not be asked, or what it answers is of no use; others may.
            UnavailableError: The server does not answer, or wants to be left alone for long.
        """
        host, refusal = parse_target(url, any_port=True).host, Refusal(UnavailableError("it was not asked", where=url))
        for attempt in range(_ATTEMPTS):
            if why := self.polite.leaves_alone(host):
                raise UnavailableError(f"not asked: {why}", where=url, hint="try again later")
            self.sleep(self.polite.wait(host, self.monotonic()))
            self.asked += 1
            outcome = self.ask(url)
            if isinstance(outcome, Visit):
                self.polite.note(host, self.monotonic(), failed=False)
                return outcome
            refusal = outcome
            busy = refusal.status in _BUSY
            out_of_order = not isinstance(refusal.error, InputError) and (refusal.status or 500) // 100 == 5
            self.polite.note(host, self.monotonic(), failed=out_of_order and not busy)
            if busy and attempt + 1 < _ATTEMPTS:
                self._wait(url, refusal)
            elif not out_of_order or refusal.status is not None:
                break
        if first and refusal.status is not None and refusal.status // 100 == 5 and refusal.status not in _BUSY:
            raise refusal.error.as_(UnavailableError, where=refusal.error.where or url, hint="try again later")
        raise _of_no_use(url, refusal)

    def _wait(self, url: str, refusal: Refusal) -> None:
        wait = refusal.wait
        if wait is not None and wait > LONGEST_WAIT:
            raise UnavailableError(
                "its server wants to be asked later",
                where=url,
                expected=f"at most {LONGEST_WAIT} s",
                found="Retry-After of more",
                hint="try again then",
            )
        if wait:
            self.sleep(wait)


def _of_no_use(url: str, refusal: Refusal) -> MunimentError:
    """What to say where there is no page: of this address alone where its server has answered."""
    error = refusal.error
    if isinstance(error, InputError) or refusal.status is None:
        return error
    if refusal.status in _BUSY:
        return error.as_(UnavailableError, what="its server is too busy", where=url, hint="try again later")
    return error.as_(SourceError, where=error.where or url, hint=error.hint)
