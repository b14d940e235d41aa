"""Bringing whole histories in: a source tells what states it has, one engine makes versions of them.

- ``warc_files``: WARC and WACZ files as a source
- ``warc_records``: the answers in them, one by one
- ``web_documents``: what is one document on the web
- ``item``: what a source yields, and the rules of a source
"""
