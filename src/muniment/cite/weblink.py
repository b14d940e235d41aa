"""Which addresses may become links: those of the web alone, whatever a record names as its source."""

from __future__ import annotations

import re

_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x1f]+", re.IGNORECASE)


def is_web(address: str) -> bool:
    """Whether an address is an http or https URI (RFC 3986; other characters than ASCII may stand in it)."""
    return _WEB.fullmatch(address) is not None
