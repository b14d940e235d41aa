"""The order of the certificates in a time stamp response.

They stand in a SET OF, whose elements DER sorts by their bytes (X.690 section 11.6).  OpenSSL and others send the
signer's certificate first, whatever its bytes are, and ``rfc3161-client`` reads no set out of order.  The set lies
outside of what is signed: to sort it changes nothing that a signature covers.  All other parts are left alone.
"""

from __future__ import annotations

from muniment.timestamp.der import Element, places

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0


def sort_certificates(response: bytes) -> bytes:
    """Give a response with its certificates in the order of DER; unchanged where none are found.

    Args:
        response: A TimeStampResp (RFC 3161 section 2.4.2), of the sender's making.
    """
    try:
        place = _certificates(response)
        held = [response[each.begin : each.end] for each in places(response, place.start, place.end)]
    except ValueError:
        # Not a response: whoever reads it next says so.
        return response
    return response[: place.start] + b"".join(sorted(held)) + response[place.end :]


def _certificates(response: bytes) -> Element:
    """Find ``SignedData.certificates`` (RFC 5652 section 5.1)."""
    whole = Element(_SEQUENCE, 0, 0, len(response))
    parts = _inside(response, _only(response, whole, _SEQUENCE))
    if len(parts) < 2:
        raise ValueError("a response without a token")
    token = _inside(response, parts[1])
    content = _inside(response, _only(response, token[1], _SEQUENCE)) if len(token) == 2 else []
    found = [part for part in content if part.tag == _CONTEXT_0]
    if len(found) != 1:
        raise ValueError("a token without certificates")
    return found[0]


def _inside(response: bytes, outer: Element) -> list[Element]:
    return list(places(response, outer.start, outer.end))


def _only(response: bytes, outer: Element, tag: int) -> Element:
    found = _inside(response, outer)
    if [each.tag for each in found] != [tag]:
        raise ValueError("another element than expected")
    return found[0]
