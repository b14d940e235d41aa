"""Names that no path of a store can hold, called what they are."""

from __future__ import annotations

_STREAM = b":Zone.Identifier"


def describe_odd(name: bytes, *, folder: bool) -> str:
    """Say what stands under a name that ``is_name`` refuses, as a clause.

    Args:
        name: The name as the system gives it; on Windows in UTF-8.
        folder: Whether it is that of a folder.
    """
    # What Windows keeps beside a downloaded file, once that was copied to a disk which knows no streams.
    if name.endswith(_STREAM) and len(name) > len(_STREAM):
        return "an alternate data stream written as a file"
    what = "a folder" if folder else "a file"
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return f"{what} whose name has a byte that is not UTF-8"
    for character, called in ((":", "a colon"), ("\\", "a backslash")):
        if character in text:
            return f"{what} whose name has {called}, which another system would not take for part of a name"
    return f"{what} whose name no path can hold"
