"""The web site of an archive: every file of it as a function of the archive and a path.

Whoever writes a folder and whoever answers requests ask the same function, ``pages.make_page``, so both give the same
bytes.

- ``addresses``: which paths there can be
- ``site``: what a site is made from: an archive and what was chosen for it
- ``pages``: the file at a path
- ``server``: one function from a request to a response
- ``routes``: what is answered at which path
- ``http_messages``: requests and responses as values, and what holds for any of them
- ``memento``: what stood at a time, and the links that lead there
- ``json_answers``: the public JSON
- ``search_pages``: the pages that only a server makes
- ``asgi``: the server as an ASGI application
"""
