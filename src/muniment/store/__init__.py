"""Where bytes lie: one small interface, and the places that offer it.

Everything Muniment reads or writes in an archive goes through a ``Store``: read, list, write once, replace
with the expected old value.  ``LocalStore`` is a folder, ``MemoryStore`` a dictionary; another place, such
as an object store, needs only the same seven methods.  ``FaultyStore`` wraps any of them to rehearse a
crash.

``tests/store/test_contract.py`` is the contract as tests.
"""

from __future__ import annotations

from muniment.store.in_memory import MemoryStore
from muniment.store.interface import MAX_FILE, Node, Store, check_path
from muniment.store.local import LocalStore
from muniment.store.testing import FaultyStore

__all__ = ["MAX_FILE", "FaultyStore", "LocalStore", "MemoryStore", "Node", "Store", "check_path"]
