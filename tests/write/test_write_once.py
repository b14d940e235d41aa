"""A bucket with a retention (S3 Object Lock): what is written stays, and an archive grows there all the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.conftest import NOW, ORIGIN
from tests.object_servers import Server, moto
from tests.write.test_staged import notice, size_of

from muniment.archive.paths import CHECKPOINT, DECIDED
from muniment.archive.staged import read_note
from muniment.cli.buckets import S3
from muniment.store.objects import ObjectStore
from muniment.verify.archive import verify_archive
from muniment.verify.report import VERIFIED
from muniment.write.create import InitialKeys, create_archive
from muniment.write.recover import recover
from muniment.write.version import Author, Keys, add_publication

clients = pytest.importorskip("obstore.store", reason="obstore is not installed")
boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")

_BUCKET = "kept"
_ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of S3 with a bucket in which every version of an object is kept for ten years."""
    with moto(tmp_path_factory.mktemp("moto")) as running:
        admin = boto3.client("s3", endpoint_url=running.endpoint, **_ACCESS)
        admin.create_bucket(Bucket=_BUCKET, ObjectLockEnabledForBucket=True)
        rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 3650}}
        admin.put_object_lock_configuration(
            Bucket=_BUCKET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
        )
        yield running


def _store(server: Server) -> ObjectStore:
    access: dict[str, Any] = {"region": "us-east-1", "access_key_id": "test", "secret_access_key": "test", **S3}
    # S3 asks for a checksum, and this server for the header that announces one, which the client does not send.
    headers = {"x-amz-sdk-checksum-algorithm": S3["checksum_algorithm"]}
    options = {"endpoint": server.endpoint, "client_options": {"allow_http": True, "default_headers": headers}}
    return ObjectStore(clients.S3Store(_BUCKET, prefix="archive", **access, **options))


def test_an_archive_grows_where_nothing_can_be_removed(server: Server, founders: InitialKeys, keys: Keys) -> None:
    """Writing works; what was ever written is there still, and no size of the log was signed twice."""
    store = _store(server)
    store.probe()
    create_archive(store, founders, origin=ORIGIN, now=NOW)
    for number in range(4):
        add_publication(store, keys, "harbour", notice(f"Number {number}."), {}, Author(NOW))
    with store.lock():
        recover(store)
    assert (verify_archive(store).verdict, size_of(store)) == (VERIFIED, 5)
    admin = boto3.client("s3", endpoint_url=server.endpoint, **_ACCESS)
    versions = admin.list_object_versions(Bucket=_BUCKET, MaxKeys=1000)["Versions"]
    signed: dict[int, set[bytes]] = {}
    for version in versions:
        name, place = (
            version["Key"].removeprefix("archive/"),
            {"Key": version["Key"], "VersionId": version["VersionId"]},
        )
        with pytest.raises(admin.exceptions.ClientError, match="AccessDenied"):
            admin.delete_object(Bucket=_BUCKET, **place)
        if name in {CHECKPOINT, DECIDED} or name.startswith("log/checkpoints/"):
            data = admin.get_object(Bucket=_BUCKET, **place)["Body"].read()
            signed.setdefault(read_note(data, name).size, set()).add(data)
    assert {size: len(notes) for size, notes in signed.items()} == dict.fromkeys(range(1, 6), 1)
