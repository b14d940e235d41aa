"""Bringing whole histories in: a source tells what states it has, one engine makes versions of them.

- ``warc_files``: WARC and WACZ files as a source
- ``warc_records``: the answers in them, one by one
- ``mementos``: the states that a web archive lists of one address, as a source
- ``time_maps``: such a list, read
- ``polite_asking``: many questions to one server
- ``snapshots``: versions of another archive as a source
- ``web_documents``: what is one document on the web, and what an answer brings of it
- ``item``: what a source yields, and the rules of a source
- ``git_history``: a branch of a git repository
- ``git_repository``: a repository that an enemy may have made
- ``git_commits``: its commits, read
- ``git_trees``: what differs between two of its trees, which are hashed
- ``dated_folder``: dated files
- ``named_folder``: that there is such a folder
- ``patterns``: patterns of paths, and what is made of their parts
- ``map_file``: which document is which release, and what is said of it
- ``lineage``: one document at its source and in the archive
- ``plan``: what an import has before it
- ``words_ahead``: words that other processes take out while batches are written
- ``engine``: what writes it, batch by batch
- ``report_json``: what an import did, as JSON
"""
