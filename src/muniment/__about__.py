"""The version of this software; record and archive formats carry their own."""

__version__ = "0.1.0"
