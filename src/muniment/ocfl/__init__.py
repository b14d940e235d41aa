"""OCFL 1.1, the Oxford Common File Layout: how the releases lie on disk.

- ``storage_root``: the storage root and its layout
- ``inventory``: the inventory in the one form written here, its sidecar, and both made again from the versions
- ``version_block``: one version block
- ``rules``: the rules of an inventory, by code
- ``foreign``: inventories that other software wrote
- ``codes``: the codes of OCFL 1.0 and 1.1, each with its rule
- ``folders``: what may lie in each folder of an object
- ``validate``: any OCFL object judged by the specification
- ``layouts``: where an object lies by layouts 0002, 0003, 0004, 0006 and 0007
- ``hierarchy``: any storage root judged by the specification
"""
