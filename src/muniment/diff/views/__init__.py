"""A comparison for readers: every view is a function of the same rows.

- ``rows``: a difference in reading order, folded
- ``parts``: the word diff of one operation in pieces; what of it is left out
- ``sheet``: all that a page says beside the words
- ``text``: for a terminal
- ``html``: one page that stands alone
- ``markdown``: for issue trackers and notes
- ``json``: ``schemas/diff.schema.json``
"""
