"""Who may sign what, and since when.

- ``root``: one trust root
- ``chain``: the chain of them: signatures, and what a successor may change
- ``next_root``: successors, as a new table
- ``possession``: the proof that a key's holder agreed
- ``key_request``: the request of a key to join
- ``allowed_signers``: the same for ssh-keygen
"""
