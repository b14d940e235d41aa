"""What is handed out of an archive, each after it was verified.

- ``snapshot``: the snapshot of one version
- ``all``: snapshots of every version, with an index
- ``commands``: the stock-tool commands that check the same
- ``witness_request``: what an archive asks of a witness
- ``public_json``: what was handed out, as JSON
"""
