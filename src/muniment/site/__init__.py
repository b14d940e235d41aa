"""The web site of an archive: every file of it as a function of the archive and a path.

Whoever writes a folder and whoever answers requests ask the same function, ``pages.make_page``, so both give the same
bytes.

- ``addresses``: which paths there can be
- ``site``: what a site is made from: an archive and what was chosen for it
- ``catalogue``: every release in a line
- ``frame``: what each page has around its own, and the one style sheet
- ``home_page``: the lists of releases, and what an archive is
- ``timeline_page``: a release and its versions
- ``version_page``: a version, which checks itself in the browser
- ``version_head``: what its head tells to programs
- ``changes_page``: what changed between two versions
- ``fault_page``: what stands in the place of a version that does not verify
- ``timemaps``: RFC 7089: the states of an original by their times
- ``feeds``: Atom and JSON Feed
- ``host_files``: sitemaps, and headers for hosts
- ``search_index``: the index for Pagefind
- ``pages``: the file at a path
- ``ledger``: what a folder says of the site in it
- ``growth``: what has to be made again of a site whose archive grew
- ``page_files``: files made and written one by one
- ``shared_work``: releases made by several processes
- ``folder``: a site written into a folder, and checked there
- ``server``: one function from a request to a response
- ``routes``: what is answered at which path
- ``http_messages``: requests and responses as values, and what holds for any of them
- ``memento``: what stood at a time, and the links that lead there
- ``json_answers``: the public JSON
- ``search_pages``: the pages that only a server makes
- ``asgi``: the server as an ASGI application
"""
