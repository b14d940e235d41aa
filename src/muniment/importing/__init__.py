"""Bringing whole histories in: a source tells what states it has, one engine makes versions of them.

- ``item``: what a source yields, and the rules of a source
"""
