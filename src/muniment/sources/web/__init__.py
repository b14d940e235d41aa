"""Addresses of the web: which are asked, how, and what is made of the answers; without a socket (``docs/capture.md``).

- ``visit``: one request after another, until there is a page
- ``targets``: an address as it is asked
- ``networks``: which servers may be asked
- ``robots``: what ``robots.txt`` allows
- ``receiving``: an answer as it comes in
- ``watch_list``: a list of addresses that are watched
- ``politeness``: how long to wait before a host is asked again
- ``exchange_file``: what is kept of a visit, and its WARC file
- ``loading``: a page while a browser loads it
- ``document``: the document of a browser as an original
- ``kept_exchange``: the WARC file that the archive keeps beside the original
"""
