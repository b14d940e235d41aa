"""Muniment keeps every version of a public statement as evidence."""
