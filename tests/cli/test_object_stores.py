"""Every verb over a bucket, on a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.object_servers import Server, azurite, seaweedfs

from muniment.cli.buckets import parse_address
from muniment.errors import InputError, StoreError
from muniment.write.restore import Restored


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """SeaweedFS, running."""
    pytest.importorskip("obstore", reason="obstore is not installed")
    with seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as running:
        yield running


@pytest.fixture
def address(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The address of a place that nobody had before, with what the environment must say."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-printed")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return f"s3://muniment/{tmp_path.name}"


def test_an_archive_is_copied_read_and_added_to(run: Run, work: Path, address: str) -> None:
    """A copy in a bucket answers as the folder does, takes a version, and comes back with it."""
    copied = run("copy", "archive", address)
    assert (copied.exit_code, copied.stderr) == (0, ""), copied.stderr
    assert run("copy", "archive", address).stdout == f"{address} has all of it\n"
    for verb in (("list",), ("log",), ("show", "v1"), ("diff", "v1", "v2"), ("cite", "v2"), ("blame", "v2")):
        here, there = run(*verb), run("--archive", address, *verb)
        assert (there.exit_code, there.stdout) == (here.exit_code, here.stdout)
    (work / "more.txt").write_text("Notice on the harbour\n\n1. It opens on Friday.\n", "utf-8")
    added = run("--archive", address, "add", "more.txt", "--release", "quay", "--keys", "keys")
    assert added.exit_code == 0, added.stderr
    for jobs in ("1", "8"):
        verified = run("--archive", address, "verify", "--jobs", jobs)
        assert (verified.exit_code, "Authentic" in verified.stdout) == (0, True), verified.output
    exported = run("--archive", address, "export", "quay/v1", "-o", "quay.zip")
    assert (exported.exit_code, run("verify", "quay.zip").exit_code) == (0, 0)
    assert run("copy", address, "archive").exit_code == 0
    assert run("verify").exit_code == 0
    assert "quay" in run("list").stdout


@pytest.fixture
def container(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty place in Azurite."""
    pytest.importorskip("obstore", reason="obstore is not installed")
    with azurite(tmp_path_factory.mktemp("azurite")) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield "az://muniment/archive"


def test_an_archive_on_azure(run: Run, work: Path, container: str) -> None:
    """A container of Azure takes a copy and a version more, and gives both back."""
    copied = run("copy", "archive", container)
    assert (copied.exit_code, copied.stderr) == (0, "")
    (work / "more.txt").write_text("Notice on the quay\n\n1. It opens on Friday.\n", "utf-8")
    added = run("--archive", container, "add", "more.txt", "--release", "quay", "--keys", "keys")
    assert (added.exit_code, added.stderr) == (0, "")
    assert run("--archive", container, "verify").exit_code == 0
    assert run("copy", container, "archive").exit_code == 0
    assert (run("verify").exit_code, "quay" in run("list").stdout) == (0, True)


def test_an_archive_is_made_in_a_bucket(run: Run, address: str) -> None:
    """``init`` makes an archive there, and refuses to make a second one in its place."""
    options = ("--origin", "press.example.org/second", "--keys", "second", "--no-lock")
    made = run("init", address, *options)
    assert made.exit_code == 0, made.output
    assert run("--archive", address, "verify").exit_code == 0
    assert "there is an archive already" in run("init", address, *options).stderr
    assert run("--archive", address, "recover").stdout == "nothing to recover\n"


def test_a_place_that_is_full_is_no_damage(run: Run, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written is no fault of the archive: exit code 3, and nobody is sent to mend what is whole."""
    full = Restored(("a",), (StoreError("no space is left", where="b", hint="free some space"),))
    monkeypatch.setattr("muniment.cli.verbs.copy.copy_archive", lambda *_, **__: full)
    done = run("copy", "archive", str(work / "copy"))
    assert (done.exit_code, "1 wanting: run it again" in done.stdout) == (3, True), done.output


def test_what_is_wrong_with_a_bucket_is_said(run: Run, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bucket, no archive, no server: each is one line that holds no secret."""
    assert "not an archive" in run("--archive", address, "list").stderr
    assert "there is no such bucket" in run("--archive", "s3://nobody/archive", "list").stderr
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    result = run("--archive", address, "list")
    assert (result.exit_code, "no answer of the object store" in result.stderr) == (3, True)
    assert "not-to-be-printed" not in result.output + result.stderr


def test_an_address_is_taken_as_it_is_written(run: Run, server: Server, address: str) -> None:
    """What looks like an escape in a prefix is a name like others: it leads to no other place, and to none above."""
    inner = f"{address}/%2e%2e/with space/a%20b"
    options = ("--origin", "press.example.org/escaped", "--keys", "escaped", "--no-lock")
    assert run("init", inner, *options).exit_code == 0
    keys = {each["path"] for chunk in server.client("").list() for each in chunk}
    prefix = inner.removeprefix("s3://muniment/")
    assert f"{prefix}/0=muniment_archive_1" in keys
    assert not any(key.startswith(f"{Path(prefix).parts[0]}/a") for key in keys)


def test_no_archive_within_another(run: Run, address: str, refused: Callable[..., str]) -> None:
    """Neither ``init`` nor ``copy`` makes one there, in a bucket as in a folder, and no key is made."""
    assert run("copy", "archive", address).exit_code == 0
    said = refused("init", f"{address}/a/b", "--origin", "example.org/inner", "--keys", "inner", "--no-lock", code=2)
    assert f"inside another archive: found {address} " in said
    assert not Path("inner").exists()
    for place in (f"{address}/a/b", "archive/a"):
        assert "inside another archive" in refused("copy", "archive", place, code=2)
    assert run("--archive", address, "verify").exit_code == run("verify").exit_code == 0


@pytest.mark.parametrize(
    ("address", "variables", "said"),
    [
        ("s3://b1/a", {"AWS_ENDPOINT_URL": "nonsense"}, "$AWS_ENDPOINT_URL: not the address of a server"),
        ("s3://b1/a", {"AWS_ENDPOINT_URL": "http://127.0.0.1:99999"}, "$AWS_ENDPOINT_URL: not the address of a server"),
        ("s3://b1/a", {"AWS_ENDPOINT_URL": "http://HIDDEN@a b"}, "$AWS_ENDPOINT_URL: not the address of a server"),
        ("s3://b1/a", {"AWS_SECRET_ACCESS_KEY": "HIDDEN\n"}, "$AWS_SECRET_ACCESS_KEY: a space or a control character"),
        ("s3://b1/a", {"AWS_SESSION_TOKEN": "HIDDEN\r"}, "$AWS_SESSION_TOKEN: a space or a control character"),
        ("az://b1/a", {}, "the environment does not say who asks"),
        (
            "az://b1/a",
            {"AZURE_STORAGE_ACCOUNT_NAME": "a", "AZURE_STORAGE_ACCOUNT_KEY": "HIDDEN*"},
            "or says it wrongly",
        ),
        ("gs://b1/a", {"GOOGLE_APPLICATION_CREDENTIALS": "google.json"}, "look at GOOGLE_APPLICATION_CREDENTIALS"),
    ],
)
def test_an_environment_that_says_it_wrongly(
    run: Run, work: Path, monkeypatch: pytest.MonkeyPatch, address: str, variables: dict[str, str], said: str
) -> None:
    """It is one line that names the variable, with a code of ours, and has nothing of what is in it."""
    (work / "google.json").write_text('{"type": "HIDDEN"}', "utf-8")
    for name in ("AWS_ENDPOINT_URL", "AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = run("--archive", address, "list")
    assert (result.exit_code in {2, 3}, said in result.stderr) == (True, True), result.stderr
    assert (result.stderr.count("\n"), "HIDDEN" in result.output) == (1, False)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("s3://bucket", ("s3", "bucket", "")),
        ("s3://bucket/", ("s3", "bucket", "")),
        ("gs://bucket/a/b/", ("gs", "bucket", "a/b")),
        ("az://container/a", ("az", "container", "a")),
    ],
)
def test_addresses(address: str, parts: tuple[str, str, str]) -> None:
    """An address is a scheme, a bucket and a prefix."""
    assert parse_address(address) == parts


@pytest.mark.parametrize(
    "address",
    [
        "s3://",
        "s3:///a",
        "s3://key:SECRET@bucket/a",
        "s3://key:a/SECRET@bucket/a",
        "s3://key:a?SECRET@bucket/a",
        "s3://a@SECRET@bucket/a",
        "s3://bucket/a#SECRET",
        "s3://bucket/a?X-Amz-Signature=SECRET",
        "s3://bucket/a/../b",
        "s3://bucket//a",
        "s3://bucket/a\\b",
        "s3://bucket/a\tb",
    ],
)
def test_no_addresses(address: str) -> None:
    """What leaves its prefix, or holds a secret, is refused, and the secret is not said again."""
    with pytest.raises(InputError) as caught:
        parse_address(address)
    assert "SECRET" not in str(caught.value)
