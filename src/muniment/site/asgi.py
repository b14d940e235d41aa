"""The server as an ASGI application (https://asgi.readthedocs.io, version 3), for whoever runs one already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeAlias
from urllib.parse import quote

from muniment.errors import MunimentError
from muniment.site.catalogue import to_nobody
from muniment.site.http_messages import HttpRequest, HttpResponse
from muniment.site.server import Server

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

THREADS = 32
"""Requests that are worked on at once; most wait for no other."""


def make_application(server: Server) -> Application:
    """Make the application of a server."""
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="respond")

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(server, receive, send)
            server.close()
            threads.shutdown(wait=False)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            request = _request(scope)
            response = await asyncio.get_running_loop().run_in_executor(threads, server.respond, request)
            await _send(response, send)

    return application


async def _live(server: Server, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            with suppress(MunimentError):  # which the first request will say
                await asyncio.to_thread(server.prepare, to_nobody)
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


def _request(scope: Scope) -> HttpRequest:
    """Read a request; a server that decoded its path has it encoded again."""
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string", b"")
    target = path + (b"?" + query if query else b"")
    return HttpRequest(scope["method"], target.decode("latin-1"), joined_headers(scope["headers"]))


def joined_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Give headers by name in lower case; the values of one that came several times are joined by a comma."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


async def _send(response: HttpResponse, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.has_content:
        length = len(response.body) if response.length is None else response.length
        headers.append((b"content-length", str(length).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
