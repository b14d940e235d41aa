"""The history of a text across the versions of its release.

- ``blame``: which version brought each paragraph
- ``search``: where words stand in one version
- ``quote``: whether a quote is still there
- ``index``: where to look for words in a large archive
- ``steps``: what each version changed
- ``passing``: what came and went within a range
- ``public_json``: the public JSON of all of it
- ``moments``: when a version was: claimed and proven, apart
- ``lines_of_releases``: the releases that one goes on from
"""

from __future__ import annotations

from muniment.history.blame import Blame, Event, ParagraphHistory, WordRun, blame
from muniment.history.quote import QuoteResult, find_quote
from muniment.history.search import Stretch, Trace, find_phrase
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
    "find_phrase",
    "find_quote",
    "steps",
]
