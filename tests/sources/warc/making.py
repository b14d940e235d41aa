"""WARC and WACZ files made by hand, right or wrong in one place."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import sys
import zipfile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ("ADDRESS", "HTTP", "PAGE", "TIME", "chunked", "digest", "packed", "record", "response", "wacz", "zstd")

ADDRESS = "https://press.example.org/notice"
PAGE = b"<!DOCTYPE html><html lang=en><title>Notice</title><main><h1>Notice</h1><p>The harbour closes.</p></main>"
TIME = "2026-11-02T09:15:00Z"
HTTP = "application/http;msgtype=response"


def digest(data: bytes, name: str = "sha1") -> str:
    """A digest as most writers spell it."""
    return f"{name}:{base64.b32encode(hashlib.new(name, data).digest()).decode()}"


def response(body: bytes = PAGE, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A response with a Content-Length, as it goes over the wire; no length where a header names chunks."""
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith("transfer-encoding") for header in headers):
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    if not any(header.lower().startswith("content-type") for header in headers):
        lines.append("Content-Type: text/html; charset=utf-8")
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(body: bytes, size: int = 7) -> bytes:
    """A body in chunks."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def record(block: bytes, kind: str = "response", address: str = ADDRESS, **fields: str) -> bytes:
    """A record; ``fields`` add to its own or replace them, with ``_`` for ``-``; an empty one is left out."""
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-4000-8000-000000000007>",
        "WARC-Date": TIME,
        "WARC-Target-URI": address,
        "Content-Type": HTTP if kind == "response" else "text/html",
        "Content-Length": str(len(block)),
    }
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in named.items() if value]
    return "\r\n".join(["WARC/1.1", *lines, "", ""]).encode() + block + b"\r\n\r\n"


def packed(*records: bytes) -> bytes:
    """Records as gzip, one member each."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def wacz(files: dict[str, bytes], listed: dict[str, str] | None = None) -> bytes:
    """A WACZ file; ``listed`` replaces hashes of its list."""
    hashes = {name: f"sha256:{hashlib.sha256(data).hexdigest()}" for name, data in files.items()} | (listed or {})
    resources = [{"name": name, "path": name, "hash": stated, "bytes": 1} for name, stated in hashes.items()]
    value = {"profile": "data-package", "wacz_version": "1.1.1", "resources": resources}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
        file.writestr("datapackage.json", json.dumps(value))
    return out.getvalue()
