"""The keys and judges of ``tests/ssh``."""

from __future__ import annotations

from tests.ssh.conftest import key, openssl, other_key, ssh_keygen, third_key

__all__ = ["key", "openssl", "other_key", "ssh_keygen", "third_key"]
