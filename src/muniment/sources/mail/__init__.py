"""E-mail: the adapter ``muniment-mail``, and the rules by which a letter becomes paragraphs (``docs/sources.md``).

- ``letter``: one e-mail from bytes to paragraphs
- ``mime``: its parts, and what encodes them
- ``header_fields``: what stands in its headers
"""

from __future__ import annotations

from muniment.sources.worker import BoundedSource


class MailSource(BoundedSource):
    """The adapter for ``message/rfc822``.

    A part that is a page is read by ``muniment-html`` 1, and a text cut by ``muniment-text`` 2.  What reads pages is
    asked for where a part is one.
    """

    name = "muniment-mail"
    media_type = "message/rfc822"
    suffix = "eml"
    reader = "mail"
    thing = "e-mail"
