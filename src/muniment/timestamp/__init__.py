"""Time stamps (RFC 3161): requests, responses, and the certificates of authorities.

A stamp says that some bytes existed no later than a time.  It says nothing about who made them, and nothing about
before.
"""
