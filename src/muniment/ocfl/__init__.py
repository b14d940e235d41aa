"""OCFL 1.1, the Oxford Common File Layout: how the releases lie on disk.

- ``storage_root``: the storage root and its layout
- ``inventory``: the inventory in the one form written here, its sidecar, and both made again from the versions
- ``version_block``: one version block
- ``rules``: the rules of an inventory, by code
- ``foreign``: inventories that other software wrote
- ``validate``: any OCFL object judged by the specification; it waits for importing
"""
