"""Time stamps (RFC 3161).

- ``request``: what is asked
- ``response``: what is answered, and whether it holds
- ``claimed_time``: the time that a response states, not yet checked
- ``der``: DER, as far as a time stamp takes it
- ``certificates``: those of an authority, as pinned
"""
