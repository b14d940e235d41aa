"""A comparison for readers: every view is a function of the same rows.

- ``rows``: a difference in reading order, folded
- ``parts``: the word diff of one operation in pieces; what of it is left out
- ``sides``: both sides, and by which rules they were read
- ``sheet``: all that a page says beside the words
- ``text``: for a terminal
- ``painted``: lines of limited width from painted text
- ``html``: one page that stands alone, or a fragment for another page
- ``html_about``: what they say beside the words
- ``weave``: old and new words in one text
- ``timeline``: the versions of a range on a strip
- ``markdown``: for issue trackers and notes
- ``json``: ``schemas/diff.schema.json``
"""
