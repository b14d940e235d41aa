"""Where bytes lie: one small interface, and the places that offer it.

- ``interface``: the interface, and the grammar of its paths
- ``local``: a folder of this computer
- ``file_lock``: the file that its writers lock
- ``flushing``: how files are written so that they survive a power cut
- ``read_only``: a folder that other software wrote, only read
- ``litter``: what desktops and sync tools leave in any folder
- ``objects``: a prefix in a bucket of an object store; with the extra ``object``
- ``web_server``: what lies below an address of a web server, only read
- ``bounded_answer``: what a web server says, up to a bound
- ``folder_pages``: what web servers show of a folder
- ``read_once``: a view of a store that asks for everything once
- ``in_memory``: for tests, and for archives in one piece
- ``testing``: the test double that stops at a chosen write
"""

from __future__ import annotations

from muniment.store.in_memory import MemoryStore
from muniment.store.interface import MAX_FILE, Node, Store, WalkEntry, check_path
from muniment.store.local import LocalStore
from muniment.store.testing import FaultyStore

__all__ = [
    "MAX_FILE",
    "FaultyStore",
    "LocalStore",
    "MemoryStore",
    "Node",
    "ObjectStore",
    "Store",
    "WalkEntry",
    "check_path",
]
