"""Chromium as a program of this machine: where it is, how it is started, and the pipe over which it is told what to do.

It speaks its DevTools protocol over two pipes that it inherits, messages of JSON with a NUL behind each.  So no port is
open that a page could find, and no library stands between.  It gets a profile of its own that is thrown away, finds
no name and no address but that of one proxy (``browser_proxy``), and only a page has that proxy: what Chromium would
ask by itself comes to nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory, gettempdir
from threading import current_thread, main_thread
from types import FrameType
from typing import Any, Final, NoReturn, TypeAlias

from muniment.errors import InputError, UnavailableError

ENVIRONMENT = "ARCHIVE_BROWSER"
PROXY_HOST: Final = "proxy.invalid"
"""The name of the proxy inside of the browser (RFC 2606: a name that is nowhere else)."""
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC: Final = "/Applications/{0}.app/Contents/MacOS/{0}"
_PLACES: Final = tuple(_MAC.format(name) for name in ("Chromium", "Google Chrome"))

WIDTH: Final = 1280
HEIGHT: Final = 1024
LANGUAGE: Final = "en-US"
TIME_ZONE: Final = "UTC"

_FEATURES: Final = (
    "AutofillServerCommunication",
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "DnsOverHttps",
    "HttpsFirstBalancedMode",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "Translate",
    "WebRtcHideLocalIpsWithMdns",
)
_REACH: Final = (
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--no-pings",
    # What it would ask by itself.
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    f"--disable-features={','.join(_FEATURES)}",
)
_ALONE: Final = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-dev-shm-usage",  # in a container it is small
    "--disable-gpu",
    "--deny-permission-prompts",
    "--password-store=basic",
    "--use-mock-keychain",
    "--hide-scrollbars",
    "--mute-audio",
    "--disk-cache-size=1",
    "--js-flags=--max-old-space-size=512",  # MiB
    # Words come by text; images would be most of what is asked.
    "--blink-settings=imagesEnabled=false",
    f"--lang={LANGUAGE}",
    f"--window-size={WIDTH},{HEIGHT}",
)
# The shell gives it the pipes as 3 and 4, where it looks for them, and leaves it nothing to write to; each of its
# processes has 2 GiB of memory for data, in KiB.
_SHELL: Final = f'ulimit -c 0; ulimit -d {2 << 20}; exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null'
_LARGEST: Final = 256 << 20  # bytes of a message; a document of the largest size, each sign escaped
_PART: Final = 1 << 16
_OBJECTS: Final = ("error", "params", "result")
_SHOWN: Final = 40  # bytes of what is no message
_SHORT: Final = 40  # bytes of a path to which those of the socket are added

Message: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chromium:
    """The program that renders.

    Attributes:
        program: Path.
        sandbox: Whether it keeps its own processes in a sandbox, which it refuses to do as root.
    """

    program: str
    sandbox: bool = True


def find_chromium(named: str | None, *, sandbox: bool) -> Chromium:
    """Find the program on this machine.

    Args:
        named: A program or its path, as the user says; None to look for it.
        sandbox: Whether it shall keep its sandbox.

    Raises:
        InputError: What is named is no program.
        UnavailableError: None is there, or it could not be started here.
    """
    if sys.platform == "win32":
        raise UnavailableError("pages are not rendered on Windows", hint="save the page in a browser, and add that")
    names = _PROGRAMS if named is None else (named,)
    program = next((found for name in names if (found := shutil.which(name)) is not None), None)
    if program is None and named is None:
        program = next((place for place in _PLACES if Path(place).is_file()), None)
    if program is None and named is not None:
        raise InputError("this is no program", where=named, hint="name Chromium or Chrome by its path")
    if program is None:
        raise UnavailableError(
            "a page is rendered by Chromium, which is not here",
            hint=f"install it (on Debian: apt install chromium), or name it by --browser or ${ENVIRONMENT}",
        )
    if sandbox and os.geteuid() == 0:
        raise UnavailableError(
            "Chromium does not run as root in its sandbox", hint="run this as another user, or give --no-sandbox"
        )
    return Chromium(program, sandbox)


def way_out(port: int) -> dict[str, Any]:
    """Give how a context of the browser is made whose pages reach the proxy, and nothing else: this machine neither."""
    return {
        "disposeOnDetach": True,
        "proxyServer": f"http://{PROXY_HOST}:{port}",
        "proxyBypassList": "<-loopback>",
    }


class DevTools:
    """A running Chromium, and what is said to and by it."""

    def __init__(self, process: subprocess.Popen[bytes], left: Callable[[], float]) -> None:
        """Take over a process.

        Args:
            process: Its standard streams are the pipes.
            left: Gives the seconds that may still be waited; raises where there are none.
        """
        self._process = process
        self._left = left
        self._data = bytearray()
        self._searched = 0
        self._waiting: deque[Message] = deque()
        self._last = 0

    def send(self, method: str, params: Mapping[str, Any] | None = None, session: str = "") -> int:
        """Say something, and wait for no answer."""
        self._last += 1
        message: Message = {"id": self._last, "method": method, "params": dict(params or {})}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        try:
            while data:
                if not select([], [self._process.stdin], [], self._left())[1]:
                    continue
                data = data[os.write(self._process.stdin.fileno(), data) :]
        except OSError as error:
            raise _ended() from error
        return self._last

    def call(self, method: str, params: Mapping[str, Any] | None = None, session: str = "") -> Message:
        """Say something and give what comes of it; what else is said meanwhile is kept for ``receive``.

        Raises:
            DevToolsError: It refuses.
            UnavailableError: It has ended, or does not answer in time.
        """
        number = self.send(method, params, session)
        while True:
            message = self._next(self._left())
            if message is None:
                continue
            if message.get("id") != number:
                self._waiting.append(message)
            elif "error" in message:
                raise DevToolsError(method, str(message["error"].get("message", ""))[:200])
            else:
                result: Message = message["result"]
                return result

    def receive(self, seconds: float) -> Message | None:
        """Give the next thing that is said; None where nothing is, for so long."""
        if self._waiting:
            return self._waiting.popleft()
        return self._next(min(seconds, self._left()))

    def _next(self, seconds: float) -> Message | None:
        """Read one message, waiting at most so long for each part of it."""
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        while (end := self._data.find(b"\0", self._searched)) < 0:
            self._searched = len(self._data)
            if self._searched > _LARGEST:
                raise UnavailableError("Chromium says too much at once", expected=f"at most {_LARGEST} bytes")
            if not select([self._process.stdout], [], [], seconds)[0]:
                return None
            part = os.read(self._process.stdout.fileno(), _PART)
            if not part:
                raise _ended()
            self._data += part
        message = _read_message(bytes(self._data[:end]))
        del self._data[: end + 1]
        self._searched = 0
        return message


@dataclass(slots=True)
class DevToolsError(Exception):
    """Chromium refuses what it is told."""

    method: str
    words: str = field(default="")


def _read_message(data: bytes) -> Message:
    """Read what is said, which is an object that holds objects; a program that is no Chromium may say anything."""
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        message = None
    if isinstance(message, dict) and all(isinstance(message.get(name, {}), dict) for name in _OBJECTS):
        return message
    found = repr(data[:_SHOWN])
    raise UnavailableError("what the browser says is no message", found=found, hint="name Chromium or Chrome")


def _ended() -> UnavailableError:
    return UnavailableError("Chromium ended by itself", hint="try again, or start it by hand to see why")


@contextmanager
def running(chromium: Chromium, port: int, left: Callable[[], float]) -> Iterator[DevTools]:
    """Start it with a profile of its own, and end it with all its processes, whatever it is doing.

    Args:
        chromium: The program.
        port: Of the proxy, on this machine.
        left: As ``DevTools`` takes it.

    Raises:
        UnavailableError: It could not be started.
    """
    # A socket of its own lies in there, whose path has some 100 bytes at most.
    place = None if len(gettempdir()) < _SHORT else "/tmp"  # noqa: S108 - a new folder in it, which nobody else can read
    with _tidy_end(), TemporaryDirectory(prefix="muniment-", dir=place, ignore_cleanup_errors=True) as folder:
        process = _start(chromium, port, Path(folder))
        try:
            yield DevTools(process, left)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            process.wait()


@contextmanager
def _tidy_end() -> Iterator[None]:
    """Let the signals that end a service do so as an exception does: else its browser and its profile would stay."""
    if current_thread() is not main_thread():
        yield
        return
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - of a signal
    raise SystemExit(128 + number)


def _start(chromium: Chromium, port: int, home: Path) -> subprocess.Popen[bytes]:
    # No name and no address is found but that of the proxy, and this under a name that is in no page.
    rules = f"--host-resolver-rules=MAP {PROXY_HOST} 127.0.0.1:{port}, MAP * ~NOTFOUND"
    arguments = [f"--user-data-dir={home / 'profile'}", rules, *_REACH, *_ALONE]
    if not chromium.sandbox:
        arguments.append("--no-sandbox")
    # Nothing of the user is handed on: no proxy, no keys, no other profile.
    environment = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR")}
    environment |= {"PATH": os.pathsep.join(os.get_exec_path()), "TZ": TIME_ZONE, "LANG": "en_US.UTF-8"}
    try:
        return subprocess.Popen(  # noqa: S603 - found by its name, or named by the user
            ["/bin/sh", "-c", _SHELL, "sh", chromium.program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        words = (error.strerror or str(error)).lower()
        raise UnavailableError("Chromium could not be started", where=chromium.program, found=words) from error
