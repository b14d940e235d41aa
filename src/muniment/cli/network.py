"""Asking a time stamp authority over HTTP (RFC 3161 section 3.4): the only place that uses the network."""

from __future__ import annotations

from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from muniment.errors import MunimentError, UnavailableError
from muniment.timestamp.response import MAX_RESPONSE

_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"
_BETWEEN = 10.0  # seconds in which some byte must come; the whole exchange has its own limit


def ask(url: str, request: bytes, *, seconds: float) -> bytes:
    """Post a request and give the body of the answer.

    No redirect is followed: the trust root pins the URL.

    Args:
        url: ``http`` or ``https``.
        request: A time stamp request.
        seconds: How long to wait for the whole answer.

    Raises:
        UnavailableError: There was no answer in time, or none that could be a time stamp.
    """
    answers: SimpleQueue[bytes | MunimentError] = SimpleQueue()
    # A thread: an authority that sends a byte now and then would never run into a limit between two bytes.
    Thread(target=_run, args=(answers, url, request, seconds), daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise _silent(url, seconds) from None
    if isinstance(answer, MunimentError):
        raise answer
    return answer


def _silent(url: str, seconds: float) -> UnavailableError:
    return UnavailableError(f"no answer in {seconds:g} seconds", where=url, hint="try again later")


def _run(answers: SimpleQueue[bytes | MunimentError], url: str, request: bytes, seconds: float) -> None:
    try:
        answers.put(_post(url, request, seconds))
    except MunimentError as error:
        answers.put(error)
    except TimeoutError:
        answers.put(_silent(url, seconds))
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            answers.put(_silent(url, seconds))
        else:
            words = (getattr(reason, "strerror", None) or str(reason) or type(reason).__name__).lower()
            answers.put(UnavailableError("it does not answer", where=url, found=words, hint="try again later"))


def _post(url: str, request: bytes, seconds: float) -> bytes:
    asked = Request(url, data=request, headers={"Content-Type": _QUERY, "Accept": _REPLY}, method="POST")  # noqa: S310 - an opener of HTTP alone
    try:
        with _opener().open(asked, timeout=min(seconds, _BETWEEN)) as answer:
            kind = answer.headers.get_content_type()
            body: bytes = answer.read(MAX_RESPONSE + 1)
    except HTTPError as error:
        raise _refused(error, url) from error
    if kind != _REPLY:
        raise UnavailableError("not the answer of a time stamp authority", where=url, expected=_REPLY, found=kind)
    if len(body) > MAX_RESPONSE:
        raise UnavailableError("the answer is too large", where=url, expected=f"at most {MAX_RESPONSE} bytes")
    return body


def _refused(error: HTTPError, url: str) -> UnavailableError:
    elsewhere = error.headers.get("Location") if 300 <= error.code < 400 else None
    error.close()
    if elsewhere is not None:
        return UnavailableError(
            "it sends elsewhere, which is not followed",
            where=url,
            found=elsewhere[:200],
            hint="if that is right, archive key authority NAME --url URL pins it",
        )
    return UnavailableError("the authority answers with an error", where=url, found=f"HTTP {error.code}")


def _opener() -> OpenerDirector:
    """An opener that knows HTTP and the proxies of the environment, and neither files nor redirects."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler(), HTTPDefaultErrorHandler(), HTTPErrorProcessor()):
        opener.add_handler(handler)
    return opener
