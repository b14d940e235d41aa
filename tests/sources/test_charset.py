from __future__ import annotations

import codecs

import pytest

from muniment.errors import SourceError
from muniment.sources import plain_text as charset
from muniment.sources.plain_text import codec_of, find_charset


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("UTF-16LE", "utf-16le"),
        ("utf_16_be", "utf-16be"),
        ("windows-1251", "windows-1251"),
        ("Windows-1251", "windows-1251"),
        ("cp1251", "windows-1251"),
        ("latin1", "iso-8859-1"),
        ("ISO-8859-5", "iso-8859-5"),
        ("ascii", "us-ascii"),
        ("KOI8-R", "koi8-r"),
        ("kz1048", "kz-1048"),
        ("STRK1048_2002", "kz-1048"),
        ("windows-31j", "windows-31j"),
        ("sjis", "shift_jis"),
        ("GB18030", "gb18030"),
        ("cp866", "ibm866"),
    ],
)
def test_names(label: str, name: str) -> None:
    """A charset is found under its usual names, and called by its IANA name in lower case."""
    assert find_charset(label) == name


@pytest.mark.parametrize(
    "label",
    [
        *("rot13", "base64", "hex", "zlib", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7"),
        *("undefined", "mbcs", "oem", "utf-32", "nonsense", "", " utf-8", "utf-8\n", "ut\0f", "кои8", "x" * 99),
    ],
)
def test_refused(label: str) -> None:
    """What is no text charset, or not a known one, is refused with the name and an example."""
    with pytest.raises(SourceError) as caught:
        find_charset(label, where="a.txt")

    assert caught.value.where == "a.txt"
    assert caught.value.found == repr(label)
    assert "windows-1251" in caught.value.expected


def test_every_codec_goes_by_its_own_name() -> None:
    """Each codec in the table is known to this Python under the very name by which it is looked up."""
    for name, codec in charset._CODECS.items():
        assert codecs.lookup(codec).name == codec
        assert find_charset(codec) == name
        assert codec_of(name) == codec
