"""The search index of an archive: derived from its signed records, rebuilt at will, and never trusted.

It says which paragraphs to look at; what is shown is read from the signed record.  It lies where its caller says, which
is outside of the archive, and losing it loses nothing.

- ``terms``: words, and what is asked for a phrase
- ``index_file``: the file: made whole or not at all, and held to the archive before it is used
- ``growth_of_index``: its rows: made from all versions, or from those that were logged since
- ``lookup``: which releases may have a phrase, and which paragraphs have words
- ``word_search``: paragraphs that have words, with the index or without
"""
