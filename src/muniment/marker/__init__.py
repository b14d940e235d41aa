"""The marker of a write that is under way.

``model`` is what it says, ``form`` how it is written, ``claim`` and ``making`` whether it may say so.
"""

from __future__ import annotations

from muniment.marker.form import UNFINISHED, parse_marker, read_marker, sign_marker
from muniment.marker.model import Introduced, Marker, Promise, SignedMarker, promise

__all__ = [
    "UNFINISHED",
    "Introduced",
    "Marker",
    "Promise",
    "SignedMarker",
    "parse_marker",
    "promise",
    "read_marker",
    "sign_marker",
]
