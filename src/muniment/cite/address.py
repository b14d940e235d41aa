"""Where a version stands on the web site of its archive, where that has one.

``URL/releases/ID/vN/`` is the page of a version, and ``#p16`` in it a paragraph: the anchors are those of the page in a
snapshot.  Only what the archive itself has signed is in it: the address of the site is in the trust root, and nothing
is guessed from the archive's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from muniment.record import Paragraph

_PLAIN_ID = re.compile(r"(?:[hp]|nn|plist|pnote|precital)[0-9][A-Za-z0-9.]{0,58}")


def version_address(site: str, release: str, version: int, fragment: str | None = None) -> str:
    """Give the address of a version, or of a paragraph in it.

    Args:
        site: As in the trust root, without a slash at its end.
        release: Identifier of the release.
        version: From 1.
        fragment: What ``anchor`` gives, or None.
    """
    page = f"{site}/releases/{release}/v{version}/"
    return page if fragment is None else f"{page}#{fragment}"


def anchor(paragraph: Paragraph, number: int) -> str:
    """What a link to a paragraph ends in: its id, or its place from 1 where the id is not plain."""
    return paragraph.id if _PLAIN_ID.fullmatch(paragraph.id) else f"n{number}"


def anchor_of(paragraphs: Sequence[Paragraph], wanted: str) -> str:
    """The same for the paragraph of an id, which must be there."""
    return next(anchor(one, number) for number, one in enumerate(paragraphs, 1) if one.id == wanted)
