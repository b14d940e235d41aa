"""OCFL 1.1, the Oxford Common File Layout: how the releases lie on disk.

``archive/releases/`` is a storage root and every release an object in it, readable by any OCFL tool.
``inventory`` holds an object's inventory as this archive writes it, ``layout`` says which folder an object
has, ``root`` makes the files of the storage root, and ``validate`` judges any object, whoever wrote it, by
the specification's codes.

Source: https://ocfl.io/1.1/spec/ and its table of validation codes.
"""
