"""Have roc-validator judge an RO-Crate without a network; run by the Python that it is installed for.

    python judge_crate.py CRATE CONTEXT.json SEVERITY

The context is put into the validator's HTTP cache, and nothing but that cache is asked.  Prints a JSON list of what the
validator finds.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest, Response
from requests_cache import CachedSession
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings
from rocrate_validator.utils.http import HttpRequester
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.2/context"


class _Canned:
    """Answers every request with the same file."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def send(self, request: PreparedRequest, **_: object) -> Response:
        """Answer."""
        raw = HTTPResponse(io.BytesIO(self.data), {"Content-Type": "application/ld+json"}, 200, preload_content=False)
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """There is nothing to close."""


def main(crate: str, context: str, severity: str) -> None:
    """Seed the cache, validate, print."""
    with TemporaryDirectory() as folder:
        cache = f"{folder}/cache"
        session = CachedSession(cache, backend="sqlite", expire_after=-1)
        session.mount("https://", _Canned(Path(context).read_bytes()))
        session.get(CONTEXT)
        session.close()
        HttpRequester.initialize_cache(cache_path=cache, cache_max_age=-1, offline=True)
        settings = ValidationSettings(
            rocrate_uri=crate,
            profile_identifier="ro-crate-1.2",
            requirement_severity=Severity.get(severity),
            offline=True,
            cache_path=cache,
            enable_profile_inheritance=True,
        )
        result = services.validate(settings)
        issues = [
            f"{issue.check.identifier}: {issue.message} {issue.violatingEntity or ''}" for issue in result.get_issues()
        ]
        sys.stdout.write(json.dumps(sorted(issues)))


main(*sys.argv[1:])
