"""``archive timestamp``: authorities that stamp, that lie, that do not answer; and requests that go by file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import Result
from tests.timestamp.authority import Authority, make_authority
from tests.timestamp.judge import openssl
from tests.timestamp.server import REPLY, Handler, dead, dripping, good, hanging, serving
from tests.timestamp.stamping import CLOCK, WATCH, pin

from muniment.archive import open_archive
from muniment.canonical import parse_json
from muniment.log.statement import StampStatement
from muniment.schema import validate
from muniment.store import LocalStore
from muniment.timestamp.request import parse_request
from muniment.write.create import InitialKeys

Run: TypeAlias = Callable[..., Result]
Refused: TypeAlias = Callable[..., str]

NOW = datetime.fromtimestamp(1800000000, UTC)
"""The time at which the clock of these tests stands."""

CLOCK_NOW, WATCH_NOW = CLOCK.but(generated=NOW), WATCH.but(generated=NOW + timedelta(seconds=2))
SAID = "2027-01-15T08:00:00Z"


@dataclass
class Town:
    """Authorities that run while a test does, and the archive of the test."""

    founders: InitialKeys
    stack: ExitStack = field(default_factory=ExitStack)

    def pin(self, **served: tuple[Authority, AbstractContextManager[str] | None]) -> dict[str, str | None]:
        """Start the authorities and pin them, by name, in the archive's next trust root; give their URLs."""
        urls = {name: (self.stack.enter_context(at) if at else None) for name, (_, at) in served.items()}
        pin(LocalStore(Path("archive")), self.founders, {name: (served[name][0], urls[name]) for name in served})
        return urls


@pytest.fixture
def town(founders: InitialKeys, work: Path) -> Iterator[Town]:
    """The archive of ``work``, which is the current folder, and no authority yet."""
    assert Path.cwd() == work
    with ExitStack() as stack:
        yield Town(founders, stack)


def stamps() -> list[StampStatement]:
    """The stamps that the log names."""
    return [said for said in open_archive(LocalStore(Path("archive"))).statements if isinstance(said, StampStatement)]


def test_all_authorities(run: Run, town: Town) -> None:
    """Without a name all authorities are asked; each stamp is an entry, and the report says what is proven by whom."""
    town.pin(clock=(CLOCK, good(CLOCK_NOW)), watch=(WATCH, good(WATCH_NOW)))
    result = run("timestamp")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"clock: 4 log entries proven not later than {SAID}\n"
        "watch: 4 log entries proven not later than 2027-01-15T08:00:02Z\n"
    )
    assert [(said.size, said.number, said.authority) for said in stamps()] == [(4, 1, "clock"), (4, 2, "watch")]
    result = run("verify", "-v")
    assert result.exit_code == 0
    assert "\n12  time       2 passed\n" in result.stdout
    both = f"{SAID} (clock), 2027-01-15T08:00:02Z (watch)"
    assert f"\n2 of 2 versions proven not later than {both}\n" in result.stdout
    result = run("verify", "v1")
    assert f"\nharbour-notice/v1: proven not later than {both}; claimed {SAID}\n" in result.stdout
    value = json.loads(run("verify", "--json").stdout)
    assert value["proven"][0] == {"size": 4, "time": SAID, "who": "clock"}
    assert [len(version["proven"]) for version in value["versions"]] == [2, 2]
    validate("report", parse_json(json.dumps(value).encode()))
    assert "4  time stamp 4.1  clock\n   logged " in run("log").stdout


def test_again(run: Run, town: Town) -> None:
    """Where nothing but stamps was added, nothing is written, unless stamps are to be renewed."""
    town.pin(clock=(CLOCK, good(CLOCK_NOW)), watch=(WATCH, good(WATCH_NOW)))
    assert run("timestamp", "--tsa", "clock", "--tsa", "clock").exit_code == 0
    assert len(stamps()) == 1
    result = run("timestamp")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "clock: nothing but stamps since its stamp of 4 log entries (--renew stamps all the same)",
        "watch: 5 log entries proven not later than 2027-01-15T08:00:02Z",
    ]
    assert run("timestamp", "--renew", "--tsa", "clock").exit_code == 0
    assert [(said.size, said.authority) for said in stamps()] == [(4, "clock"), (5, "watch"), (6, "clock")]
    result = run("timestamp", "--json")
    assert [each["stamped"] for each in json.loads(result.stdout)["authorities"]] == [False, False]
    assert run("add", "notice.txt", "--release", "another").exit_code == 0
    result = run("verify")
    assert "\n2 of 3 versions proven not later than" in result.stdout
    assert "\nno time proven yet: another/v1 (archive timestamp)\n" in result.stdout
    result = run("verify", "another")
    assert f"\nanother/v1: no time proven yet; claimed {SAID}\n" in result.stdout
    assert run("timestamp").stdout.count("proven not later than") == 2


def test_wrong_log_key(run: Run, town: Town, refused: Refused, work: Path) -> None:
    """With a key that may not sign the log nobody is asked."""
    asked: list[bytes] = []
    town.pin(clock=(CLOCK, serving(lambda _, request: asked.append(request))))
    said = refused("timestamp", "--log-key", str(work / "keys/record"), code=2)
    assert "this key may not sign the log of this archive" in said
    assert asked == []
    assert run("verify").exit_code == 0


def test_by_url(run: Run, town: Town, refused: Refused) -> None:
    """An authority may be named by its URL; one that is not pinned is refused, with the way to pin it."""
    urls = town.pin(clock=(CLOCK, good(CLOCK_NOW)))
    said = refused("timestamp", "--tsa", "https://tsa.example.org/tsr", code=2)
    assert said == (
        "archive: https://tsa.example.org/tsr: not a time stamp authority that the trust root pins: expected clock "
        "(archive key authority NAME --url URL --certificates FILE.pem pins one)\n"
    )
    assert "sundial: not a time stamp authority" in refused("timestamp", "--tsa", "sundial", code=2)
    assert run("timestamp", "--tsa", str(urls["clock"])).exit_code == 0
    assert len(stamps()) == 1


@pytest.mark.usefixtures("work")
def test_no_authority(refused: Refused) -> None:
    """An archive without authorities says how to pin one."""
    said = refused("timestamp", code=2)
    assert said == (
        "archive: example.org/press: the trust root names no time stamp authority "
        "(archive key authority NAME --url URL --certificates FILE.pem pins one)\n"
    )


def test_no_url(town: Town, refused: Refused) -> None:
    """An authority without a URL cannot be asked."""
    town.pin(clock=(CLOCK, None))
    assert "clock has no URL (--write-request FILE" in refused("timestamp", code=2)
    assert "clock has no URL" in refused("timestamp", "--tsa", "clock", code=2)


def answering(body: bytes, **how: object) -> AbstractContextManager[str]:
    """An authority that answers all alike."""
    return serving(lambda handler, _: handler.answer(body, **how))  # type: ignore[arg-type]


def cut(handler: Handler, _: bytes) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Type", REPLY)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"0")


def garbage(handler: Handler, _: bytes) -> None:
    """Send what is no HTTP."""
    handler.wfile.write(b"\x1b[2J nonsense\n\n")


FAILING: dict[str, tuple[Callable[[], AbstractContextManager[str]], str]] = {
    "dead": (dead, "it does not answer: found connection refused"),
    "hanging": (hanging, "no answer in 0.5 seconds"),
    "dripping": (dripping, "no answer in 0.5 seconds"),
    "error": (lambda: answering(b"oops", code=500, kind="text/html"), "answers with an error: found HTTP 500"),
    "not found": (lambda: answering(b"", code=404), "answers with an error: found HTTP 404"),
    "web page": (lambda: answering(b"<html>", kind="text/html; charset=utf-8"), f"expected {REPLY}, found text/html"),
    "huge": (lambda: answering(bytes(64 * 1024 + 1)), "the answer is too large: expected at most 65536 bytes"),
    "redirect": (
        lambda: answering(b"", code=302, Location="file:///etc/passwd"),
        "it sends elsewhere, which is not followed: found file:///etc/passwd",
    ),
    "redirect to http": (
        lambda: answering(b"", code=307, Location="http://tsa.example.org/"),
        "it sends elsewhere, which is not followed: found http://tsa.example.org/",
    ),
    "not modified": (lambda: answering(b"", code=304), "answers with an error: found HTTP 304"),
    "cut": (lambda: serving(cut), "archive: clock: not a time stamp response"),
    "garbage": (lambda: serving(garbage), "it does not answer: found \\x1b[2j nonsense"),
    "empty": (lambda: answering(b""), "not a time stamp response"),
    "liar": (
        lambda: good(make_authority("Evil", 40).but(generated=NOW)),
        "not by an authority of the pinned certificates",
    ),
    "rejection": (
        lambda: good(CLOCK_NOW.but(status=2, said="\x1b[2J")),
        "did not stamp: expected granted, found rejection",
    ),
    "back-dated": (
        lambda: good(CLOCK_NOW.but(generated=NOW - timedelta(days=9))),
        "its time is not that of this machine",
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_one_fails(run: Run, town: Town, name: str) -> None:
    """One that fails is named in one line; nothing is written for it, the other's stamp is kept: exit code 3."""
    at, what = FAILING[name]
    town.pin(clock=(CLOCK, at()), watch=(WATCH, good(WATCH_NOW)))
    result = run("timestamp", "--timeout", "0.5")

    assert result.exit_code == 3
    assert result.stdout == "watch: 4 log entries proven not later than 2027-01-15T08:00:02Z\n"
    assert result.stderr.startswith("archive: clock: ")
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr
    assert what in result.stderr
    assert [said.authority for said in stamps()] == ["watch"]
    assert run("verify").exit_code == 0


def test_all_fail(run: Run, town: Town, tree: Callable[[Path], object], work: Path) -> None:
    """Where none stamps, nothing is written."""
    town.pin(clock=(CLOCK, dead()))
    before = tree(work / "archive")
    result = run("timestamp", "--json")

    assert result.exit_code == 3
    found = json.loads(result.stdout)["authorities"][0]
    assert (found["authority"], found["stamped"], found["index"]) == ("clock", False, None)
    assert "connection refused" in found["error"]
    assert tree(work / "archive") == before


def refused_stamp(result: Result) -> str:
    """What is said of a response that is not added."""
    assert (result.exit_code, result.stdout) == (3, "")
    return result.stderr


def test_by_file(run: Run, town: Town, refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request is carried to the authority and its response back, while the archive grows; OpenSSL likes both."""
    town.pin(clock=(CLOCK, None), watch=(WATCH, None))
    result = run("timestamp", "--write-request", "r.tsq")
    assert result.stdout == (
        "request for a stamp of 4 log entries\nthen: archive timestamp --import RESPONSE --request r.tsq\n"
    )
    assert parse_request(Path("r.tsq").read_bytes()).nonce
    assert "r.tsq: another file is there" in refused("timestamp", "--write-request", "r.tsq", code=2)
    assert run("add", "notice.txt", "--release", "another").exit_code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int((NOW + timedelta(days=12)).timestamp())))
    for days in (-9, -1):
        early = WATCH_NOW.but(generated=NOW + timedelta(days=days))
        Path("early.tsr").write_bytes(early.reply(Path("r.tsq").read_bytes()))
        said = refused_stamp(run("timestamp", "--import", "early.tsr", "--request", "r.tsq", "--tsa", "watch"))
        assert "its time is before that of the entries that it is of: expected not before 2027-01-15T08:00:00Z" in said
    Path("r.tsr").write_bytes(WATCH_NOW.but(generated=NOW + timedelta(days=9)).reply(Path("r.tsq").read_bytes()))
    result = run("timestamp", "--import", "r.tsr")
    assert result.stdout == "watch: 4 log entries proven not later than 2027-01-24T08:00:00Z\n"
    assert "watch has stamped the checkpoint of 4 entries already" in refused("timestamp", "--import", "r.tsr", code=2)
    assert run("verify").exit_code == 0
    judge = openssl(tmp_path)
    data = Path("archive/log/checkpoints/4").read_bytes()
    request, response = (Path(f"archive/log/timestamps/4.1.{end}").read_bytes() for end in ("tsq", "tsr"))
    assert judge.accepts(response, request, data, WATCH.pinned, NOW + timedelta(days=9))


def test_by_file_refused(run: Run, town: Town, refused: Refused) -> None:
    """A response by nobody who is pinned, a request of another archive, no request: refused, nothing written."""
    town.pin(clock=(CLOCK, None), watch=(WATCH, None))
    assert json.loads(run("timestamp", "--write-request", "r.tsq", "--json").stdout) == {"request": "r.tsq", "size": 4}
    Path("r.tsr").write_bytes(make_authority("Evil", 40).but(generated=NOW).reply(Path("r.tsq").read_bytes()))
    result = run("timestamp", "--import", "r.tsr")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(
        "archive: clock or watch: r.tsr: not by an authority of the pinned certificates: found "
    )
    Path("other.tsq").write_bytes(b"?")
    imported = ("timestamp", "--import", "r.tsr", "--request")
    assert "other.tsq: not a time stamp request of this software" in refused(*imported, "other.tsq", code=2)
    assert "missing.tsq: no such file" in refused(*imported, "missing.tsq", code=2)
    assert "--request goes with --import" in refused("timestamp", "--request", "r.tsq", code=2)
    together = ("timestamp", "--write-request", "a.tsq", "--import", "r.tsr")
    assert "--write-request stands alone" in refused(*together, code=2)
    asked = Path("r.tsq").read_bytes()
    imprint = parse_request(asked).imprint
    Path("foreign.tsq").write_bytes(asked.replace(imprint, bytes(32)))
    assert "a request for no checkpoint of this archive" in refused(*imported, "foreign.tsq", code=2)


def test_without_the_library(run: Run, town: Town, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rfc3161-client nobody is asked; verify says that stamps were not checked, and exits with 0."""
    town.pin(clock=(CLOCK, good(CLOCK_NOW)))
    assert run("timestamp").exit_code == 0
    assert run("add", "notice.txt", "--release", "another").exit_code == 0
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    said = refused("timestamp", code=3)
    assert said == (
        "archive: time stamps cannot be checked: rfc3161-client is not installed "
        "(python -m pip install 'muniment[timestamp]')\n"
    )
    result = run("verify")
    assert result.exit_code == 0
    assert "12  time" not in result.stdout
    assert result.stdout.startswith("Authentic, but not all is vouched for (see below): ")
    assert "note: log/timestamps: 1 time stamp not checked, nothing is proven by them: " in result.stdout
    assert "not later than" not in result.stdout


def test_explain(run: Run, town: Town, tmp_path: Path) -> None:
    """The commands that --explain prints for time stamps succeed, and fail once a byte is changed."""
    judge = openssl(tmp_path)
    brief = make_authority("Brief", 50, valid=(datetime(2020, 1, 1, tzinfo=UTC), NOW + timedelta(hours=1)))
    brief = brief.but(generated=NOW)
    town.pin(brief=(brief, good(brief)), clock=(CLOCK, good(CLOCK_NOW)))
    assert run("timestamp").exit_code == 0
    printed = run("verify", "v1", "--explain").stdout
    commands = [line for line in printed.splitlines() if line.startswith(("openssl ts -verify", "echo"))]
    times = [line for line in commands if line.startswith("openssl")]

    assert len(times) == 4
    assert times[0] == (
        "openssl ts -verify -data log/checkpoints/4 -in log/timestamps/4.1.tsr "
        "-CAfile trust/authorities/brief.pem -attime 1800000000"
    )
    assert f"# time stamp 4.1 by brief: the first 4 entries existed no later than {SAID}." in printed
    script = tmp_path / "explained.sh"
    script.write_text("\n".join(["set -e", "cd archive", *commands]))
    assert shell(judge.folder, script) == 0
    for path in (
        "log/checkpoints/4",
        "log/timestamps/4.2.tsr",
        "trust/authorities/clock.pem",
        "log/timestamps/4.2.tsq",
    ):
        file = Path("archive", path)
        whole = file.read_bytes()
        file.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
        assert shell(judge.folder, script) != 0, path
        file.write_bytes(whole)


def shell(_: Path, script: Path) -> int:
    """Run a script in a shell."""
    import subprocess  # noqa: PLC0415 - for this one

    return subprocess.run(["sh", str(script)], check=False, capture_output=True).returncode


def test_explain_without_the_library(run: Run, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rfc3161-client the commands leave the time of the chain out, and one prints the time."""
    town.pin(clock=(CLOCK, good(CLOCK_NOW)))
    assert run("timestamp").exit_code == 0
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    printed = run("verify", "--explain").stdout

    assert "-CAfile trust/authorities/clock.pem -no_check_time\n" in printed
    assert "openssl ts -reply -in log/timestamps/4.1.tsr -text\n" in printed


def test_explain_of_what_does_not_hold(run: Run, town: Town) -> None:
    """A stamp that does not hold is explained as such."""
    town.pin(clock=(CLOCK, good(CLOCK_NOW)))
    assert run("timestamp").exit_code == 0
    file = Path("archive/log/timestamps/4.1.tsr")
    file.write_bytes(file.read_bytes()[:-1])

    assert "# time stamp 4.1 by clock: IT DOES NOT HOLD: not a time stamp response" in run("verify", "--explain").stdout


def test_openssl_authority(run: Run, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An authority run by ``openssl ts``, a P-256 key under an RSA root, stamps over HTTP at the present time."""
    authority = OpenSSLAuthority(tmp_path / "tsa")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    pinned = CLOCK.but(pinned=authority.pinned)
    at = serving(lambda handler, request: handler.answer(authority.reply(request)))
    town.pin(clock=(pinned, at))
    result = run("timestamp")

    assert result.exit_code == 0, result.stderr
    assert run("verify").exit_code == 0
    assert authority.judge.accepts(
        Path("archive/log/timestamps/4.1.tsr").read_bytes(),
        Path("archive/log/timestamps/4.1.tsq").read_bytes(),
        Path("archive/log/checkpoints/4").read_bytes(),
        authority.pinned,
        datetime.now(UTC),
    )


CONFIG = """
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.5
digests = sha256
accuracy = secs:1
[stamps]
extendedKeyUsage = critical,timeStamping
[roots]
basicConstraints = critical,CA:true
"""


class OpenSSLAuthority:
    """An authority that is OpenSSL."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.judge = openssl(folder)
        (folder / "config").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        rsa, p256 = ("rsa:2048",), ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
        self._certify("root", rsa, "-subj", "/CN=RSA root", "-extensions", "roots")
        issued = ("-CA", "root.pem", "-CAkey", "root.key")
        self._certify("leaf", p256, "-subj", "/CN=P-256 stamps", "-extensions", "stamps", *issued)
        self.pinned = (folder / "root.pem").read_bytes()

    def _certify(self, name: str, kind: tuple[str, ...], *more: str) -> None:
        files = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "30")
        self.judge.made("req", "-x509", "-config", "config", "-newkey", *kind, "-nodes", *files, *more)

    def reply(self, request: bytes) -> bytes:
        """Answer a request."""
        (self.judge.folder / "q").write_bytes(request)
        signer = ("-signer", "leaf.pem", "-inkey", "leaf.key", "-chain", "root.pem")
        self.judge.made("ts", "-reply", "-config", "config", "-section", "tsa", "-queryfile", "q", *signer, "-out", "r")
        return (self.judge.folder / "r").read_bytes()
