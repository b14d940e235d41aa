"""Archives by their address: ``s3://bucket/prefix``, ``gs://``, ``az://``; and ``https://``, which is only read.

Who may do what is for the usual environment of the client to say (``AWS_ACCESS_KEY_ID`` and its like,
``GOOGLE_APPLICATION_CREDENTIALS``, ``AZURE_STORAGE_ACCOUNT_NAME``), or for the files of the AWS command; another maker
of S3 is named by ``AWS_ENDPOINT_URL``.  An address never holds a secret: it is printed, logged and cited.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from muniment.__about__ import __version__
from muniment.archive.paths import Kind, parse_path
from muniment.cli.target import shown_address
from muniment.errors import InputError, StoreError, UnavailableError
from muniment.store.interface import check_path

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

    from muniment.store import Store
    from muniment.store.objects import ObjectStore

_ADDRESS = re.compile(r"(?P<scheme>s3|gs|az)://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]{1,221})(?:/(?P<prefix>[^?#]*))?")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What the client takes in no prefix."""

_IMMUTABLE = {
    Kind.SCHEMA,
    Kind.PUBLISHED,
    Kind.BATCH,
    Kind.TILE,
    Kind.REQUEST,
    Kind.RESPONSE,
    Kind.COSIGNATURE,
    Kind.ROOT,
    Kind.ROOT_SIGNATURE,
    Kind.CERTIFICATES,
}
_VERSION = re.compile(r"releases/.*/v[1-9][0-9]*/.*")

S3 = {"checksum_algorithm": "SHA256"}
"""What is asked of the client for S3: without a checksum nothing can be written to a bucket with a retention."""

_ENDPOINTS = {
    "s3": ("AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
    "az": ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
}
"""Variables that name the server of another maker; the first one that is set counts."""

_NEEDED = {
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"),
    "gs": ("GOOGLE_APPLICATION_CREDENTIALS",),
    "az": ("AZURE_STORAGE_ACCOUNT_NAME", "AZURE_STORAGE_ACCOUNT_KEY"),
}
"""Variables that say who asks."""

_NO_WORD = re.compile(r"[\x00-\x20\x7f]")

_RETRIES = 4
_PATIENCE = timedelta(seconds=60)


def open_address(address: str) -> Store:
    """Give the store at an address; nothing is asked of it yet.

    Raises:
        InputError: It is no such address.
        UnavailableError: The library for object stores is missing.
    """
    return open_web_server(address) if address.startswith(("http:", "https:")) else open_bucket(address)


def open_web_server(address: str) -> Store:
    """Give the store below an address of a web server; nothing is asked of it yet.

    Raises:
        InputError: It is no such address, or holds more than that.
    """
    from muniment.store.web_server import WebStore  # noqa: PLC0415 - start-up: most archives lie in a folder

    with suppress(ValueError):
        if _is_web_address(address):
            return WebStore(address, f"muniment/{__version__}")
    raise InputError(
        "not the address of an archive on a web server",
        where=shown_address(address),
        expected="https://HOST/FOLDER, or http:// of this machine",
        hint="an archive on a web server is for everybody to read: no name and no password",
    )


def _is_web_address(address: str) -> bool:
    parts = urlsplit(address)
    named = bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0  # a port that is none raises
    here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return named and not parts.query and not parts.fragment and (parts.scheme == "https" or here)


def open_bucket(address: str) -> ObjectStore:
    """Give the store at an address; nothing is asked of it yet.

    Raises:
        InputError: It is no such address.
        UnavailableError: The library for object stores is missing.
    """
    scheme, bucket, prefix = parse_address(address)
    try:
        from obstore.store import AzureStore, GCSStore, S3Store  # noqa: PLC0415 - an extra

        from muniment.store.objects import ObjectStore  # noqa: PLC0415 - needs it
    except ImportError as error:
        raise UnavailableError(
            "object stores cannot be read here", where=address, hint="install muniment with the extra object"
        ) from error
    retry: RetryConfig = {"max_retries": _RETRIES, "retry_timeout": _PATIENCE}
    plain = _endpoint(scheme).startswith("http://")
    config: Any = {**S3, **_aws_files(os.environ)} if scheme == "s3" else {}
    # By bucket and prefix, not by the address: of that the client would read %2e%2e as "..", and go elsewhere.
    clients: dict[str, Any] = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}
    options: ClientConfig = {"allow_http": plain}
    with _set_up(scheme, address):
        client = clients[scheme](
            bucket, prefix=prefix or None, config=config, client_options=options, retry_config=retry
        )
    return ObjectStore(client, immutable=_is_immutable)


@contextmanager
def _set_up(scheme: str, address: str) -> Iterator[None]:
    """Say that the environment lacks something, not in the client's words, which may have what is in it."""
    from obstore.exceptions import BaseError  # noqa: PLC0415 - an extra

    for name in _NEEDED[scheme]:
        if not name.startswith("GOOGLE") and _NO_WORD.search(os.environ.get(name, "")):
            hint = "is there a line end at its end?"
            raise InputError("a space or a control character where none can be", where=f"${name}", hint=hint)
    try:
        yield
    except (BaseError, ValueError) as error:
        hint = f"look at {', '.join(_NEEDED[scheme])}: docs/object-stores.md"
        what = "the environment does not say who asks, or says it wrongly"
        raise UnavailableError(what, where=address, hint=hint) from error


def parse_address(address: str) -> tuple[str, str, str]:
    """Read an address: scheme, bucket, and prefix, which may be empty.

    Raises:
        InputError: It is none, or holds more than that, such as credentials.
    """
    match = _ADDRESS.fullmatch(address)
    prefix = (match["prefix"] or "").rstrip("/") if match else ""
    with suppress(StoreError):
        if match and (not prefix or (check_path(prefix) and not _CONTROL.search(prefix))):
            return match["scheme"], match["bucket"], prefix
    raise InputError(
        "not the address of an archive in an object store",
        where=shown_address(address),
        expected="s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX",
        hint="credentials come from the environment, never from the address",
    )


def _endpoint(scheme: str) -> str:
    """Give the server of another maker, as the client reads it; empty where none is named.

    Raises:
        InputError: It is no address of a server, at which the client would end without a word of use.
    """
    name = next((name for name in _ENDPOINTS.get(scheme, ()) if os.environ.get(name)), None)
    if name is None:
        return ""
    endpoint = os.environ[name]
    with suppress(ValueError):
        parts = urlsplit(endpoint)
        named = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        if named and not parts.query and not parts.fragment and not _NO_WORD.search(endpoint):
            return endpoint
    raise InputError("not the address of a server", where=f"${name}", expected="http://HOST:PORT or https://HOST")


def _is_immutable(path: str) -> bool:
    parsed = parse_path(path)
    return parsed is not None and (parsed.kind in _IMMUTABLE or _VERSION.fullmatch(path) is not None)


def _aws_files(environment: Mapping[str, str]) -> dict[str, str]:
    """What the files of the AWS command say, where the environment names no key."""
    if "AWS_ACCESS_KEY_ID" in environment:
        return {}
    home = Path(environment.get("HOME", environment.get("USERPROFILE", "~"))).expanduser() / ".aws"
    profile = environment.get("AWS_PROFILE", "default")
    files = (
        (environment.get("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials")), profile),
        (environment.get("AWS_CONFIG_FILE", str(home / "config")), f"profile {profile}"),
        (environment.get("AWS_CONFIG_FILE", str(home / "config")), profile),
    )
    config: dict[str, str] = {}
    for name, section in files:
        parser = configparser.ConfigParser(interpolation=None)
        with suppress(OSError, UnicodeDecodeError, configparser.Error):
            parser.read_string(Path(name).read_text("utf-8"))
        if parser.has_section(section):
            for key in ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region"):
                if parser.has_option(section, key):
                    config.setdefault(key if key != "region" else "aws_region", parser.get(section, key))
    return config
