"""The history of a text across the versions of its release.

``blame`` says which version brought each paragraph and each word, ``trace`` in which versions a phrase stands, and
``find_quote`` whether a quote is still there.  ``steps`` says in words what each version changed.  All are derived from
the text as received: they can be computed again at any time, and are never hashed or signed.
"""

from __future__ import annotations

from muniment.history.blame import Blame, Event, ParagraphHistory, WordRun, blame
from muniment.history.quote import QuoteResult, find_quote
from muniment.history.search import Stretch, Trace, trace
from muniment.history.steps import Step, steps

__all__ = [
    "Blame",
    "Event",
    "ParagraphHistory",
    "QuoteResult",
    "Step",
    "Stretch",
    "Trace",
    "WordRun",
    "blame",
    "find_quote",
    "steps",
    "trace",
]
