"""The web site of an archive: every file of it as a function of the archive and a path.

Whoever writes a folder and whoever answers requests ask the same function, ``pages.make_page``, so both give the same
bytes.

- ``addresses``: which paths there can be
- ``site``: what a site is made from: an archive and what was chosen for it
- ``pages``: the file at a path
"""
