"""Nothing is lost in a bucket, and nothing signed twice: real processes, killed at random moments, on a real server."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.object_servers import Server, seaweedfs
from tests.write.killing_in_buckets import ACCESS, keep_versions, kill_rounds, read_history

from muniment.archive import open_archive
from muniment.store.objects import ObjectStore

pytest.importorskip("boto3", reason="boto3 is not installed")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="writers are forked and killed by a signal")

KILLS = 100 if os.environ.get("MUNIMENT_LONG") else 4


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of S3, of which writers know from their environment."""
    with seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as running:
        for name, value in {**ACCESS, "AWS_ENDPOINT_URL": running.endpoint}.items():
            monkeypatch.setenv(name, value)
        yield running


def test_kill(server: Server, tmp_path_factory: pytest.TempPathFactory) -> None:
    """After ``kill -9`` of two writers at once what was reported is there, and no size was ever signed twice.

    The archive verifies before and after the next writer; the bucket keeps every version of every object, and of all
    that ever lay there, also what was replaced or removed, no two signed checkpoints are of one size.
    """
    admin = keep_versions(server)
    rounds = list(kill_rounds(server, tmp_path_factory.mktemp("killed"), KILLS, seed=17))
    assert [fault for left, _ in rounds for fault in left.faults] == []
    assert sum(left.killed for left, _ in rounds) == KILLS
    assert sum(left.added for left, _ in rounds) > 0
    for prefix in sorted({prefix for _, prefix in rounds}):
        history = read_history(server, admin, prefix)
        size = open_archive(ObjectStore(server.client(prefix))).checkpoint.size
        assert (history.twice, max(history.signed)) == ([], size)
        assert history.gone >= size
