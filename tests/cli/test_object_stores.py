"""Every verb over a bucket, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.object_servers import Server, azurite, seaweedfs

from muniment.cli.buckets import parse_address
from muniment.errors import InputError


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


def test_what_is_wrong_with_a_bucket_is_said(run: Run, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bucket, no archive, no server: each is one line that holds no secret."""
    assert "not an archive" in run("--archive", address, "list").stderr
    assert "there is no such bucket" in run("--archive", "s3://nobody/archive", "list").stderr
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    result = run("--archive", address, "list")
    assert (result.exit_code, "no answer of the object store" in result.stderr) == (3, True)
    assert "not-to-be-printed" not in result.output + result.stderr


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
    ],
)
def test_no_addresses(address: str) -> None:
    """What leaves its prefix, or holds a secret, is refused, and the secret is not said again."""
    with pytest.raises(InputError) as caught:
        parse_address(address)
    assert "SECRET" not in str(caught.value)
