"""The charsets that a text may be in, under their IANA names.

A closed list: Python's codecs include many that are no charsets (rot13, base64, idna), some that are unsafe
(utf-7), and some that only Windows has.  A record names a charset for decades; these names stay.
Source: IANA character set registry, https://www.iana.org/assignments/character-sets/.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from muniment.errors import SourceError

# IANA name in lower case: Python's codec.
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "big5": "big5",
    "big5-hkscs": "big5hkscs",
    "euc-jp": "euc_jp",
    "euc-kr": "euc_kr",
    "gb18030": "gb18030",
    "gb2312": "gb2312",
    "gbk": "gbk",
    "ibm437": "cp437",
    "ibm850": "cp850",
    "ibm852": "cp852",
    "ibm855": "cp855",
    "ibm866": "cp866",
    "iso-2022-jp": "iso2022_jp",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "kz-1048": "kz1048",
    "macintosh": "mac-roman",
    "ptcp154": "ptcp154",
    "shift_jis": "shift_jis",
    "tis-620": "tis-620",
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    "windows-31j": "cp932",
    "windows-874": "cp874",
}

_NAMES: Final = {
    **{codec: name for name, codec in _CODECS.items()},
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",  # the byte order mark settles which
}

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:()-]{0,39}", re.ASCII)


def find_charset(label: str, *, where: str = "") -> str:
    """Find the IANA name for any name under which a charset goes (``cp1251``, ``Windows-1251``, ``latin1``).

    Returns:
        The name in lower case; ``utf-16`` when the byte order is left to the byte order mark.

    Raises:
        SourceError: No text charset of that name is known.
    """
    name = label.lower()
    if name not in _CODECS and _LABEL.fullmatch(label):
        try:
            name = _NAMES.get(codecs.lookup(label).name, "")
        except LookupError:
            name = ""
    if name not in _CODECS and name != "utf-16":
        raise SourceError(
            "the charset is not known",
            where=where,
            expected="a charset such as utf-8, utf-16le, windows-1251, koi8-r or gb18030",
            found=repr(label),
        )
    return name


def codec_of(name: str) -> str:
    """Give the Python codec of a charset that ``find_charset`` named (and that is not ``utf-16``)."""
    return _CODECS[name]
