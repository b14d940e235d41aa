from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.errors import BeyondLimitsError, SourceError
from muniment.sources import worker
from muniment.sources.adapter import NO_WISH
from muniment.sources.lookalikes import _lowered
from muniment.sources.plain_text import _CODECS, MAX_ORIGINAL, MOST_HERE, TextSource, decode, extract_text

_WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\t\n\x0b\f\r"))


def _refusal(data: bytes, charset: str | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        decode(data, charset, where="a.txt")
    assert caught.value.where == "a.txt"
    return caught.value


@pytest.mark.parametrize(
    ("data", "charset", "expected"),
    [
        (b"a", None, ("a", "utf-8")),
        (b"a", "utf8", ("a", "utf-8")),
        (b"\xef\xbb\xbfa", None, ("a", "utf-8")),
        (b"\xef\xbb\xbfa", "utf-8-sig", ("a", "utf-8")),
        (b"\xef\xbb\xbf\xef\xbb\xbfa", None, ("\ufeffa", "utf-8")),
        (b"\xff\xfea\0", None, ("a", "utf-16le")),
        (b"\xff\xfea\0", "utf-16", ("a", "utf-16le")),
        (b"\xff\xfea\0", "utf-16le", ("a", "utf-16le")),
        (b"\xfe\xff\0a", None, ("a", "utf-16be")),
        (b"a\0", "utf-16le", ("a", "utf-16le")),
        (b"\0a", "utf-16be", ("a", "utf-16be")),
        (b"\xff\xfe=\xd8\0\xde", None, ("😀", "utf-16le")),
        (b"\xd2\xe5\xea\xf1\xf2", "cp1251", ("Текст", "windows-1251")),
        (b"a\tb\nc\rd\x0be\x0cf", None, ("a\tb\nc\rd\x0be\x0cf", "utf-8")),
        ("e\u0301 \u00e9 \u200b \u00ad".encode(), None, ("e\u0301 \u00e9 \u200b \u00ad", "utf-8")),
    ],
)
def test_decode(data: bytes, charset: str | None, expected: tuple[str, str]) -> None:
    """UTF-8 and marked UTF-16 need no name; others are decoded as named; code points stay as found."""
    assert decode(data, charset) == expected


@pytest.mark.parametrize(
    ("data", "charset", "found"),
    [
        (b"ab\xd2\xe5", None, "byte 0xd2 at offset 2"),
        (b"\xef\xbb\xbfab\xff", None, "byte 0xff at offset 5"),
        (b"\xed\xa0\x80", None, "byte 0xed at offset 0"),
        (b"\xc0\xaf", None, "byte 0xc0 at offset 0"),
        (b"\xff\xfea\0\0\xd8", None, "byte 0x00 at offset 4"),
        (b"\xff\xfea\0\x00\xdca\0", None, "byte 0x00 at offset 4"),
        (b"\xff\xfea\0b", None, "byte 0x62 at offset 4"),
        (b"a\x98", "windows-1251", "byte 0x98 at offset 1"),
        (b"a\x80", "us-ascii", "byte 0x80 at offset 1"),
    ],
)
def test_undecodable(data: bytes, charset: str | None, found: str) -> None:
    """Bytes that are not in the charset are refused with the first of them and its offset in the file."""
    assert _refusal(data, charset).found == found


def test_undecodable_says_what_to_do() -> None:
    """A text that is not UTF-8 is answered with the option that names its charset."""
    assert str(_refusal("Текст".encode("cp1251"))) == (
        "a.txt: the text is not utf-8: found byte 0xd2 at offset 0 (name its charset, for example windows-1251)"
    )
    assert _refusal(b"\x98", "windows-1251").hint == "name another charset"


@pytest.mark.parametrize(
    ("data", "charset", "found"),
    [
        (b"ab\0", None, "a NUL byte at offset 2"),
        (b"\xff\xff\xff\0", None, "a NUL byte at offset 3"),
        (b"a\0b\0", None, "a NUL byte at offset 1"),
        (b"ab" + b"\x01" * 17, None, "17 control characters in 19, the first U+0001 at offset 2"),
        (b"\xef\xbb\xbf\xd0\xb0" + b"\x1b[" * 20, None, "20 control characters in 41, the first U+001B at offset 5"),
        (b"\xff\xfea\0\0\0", None, "U+0000 at offset 4"),
        (b"\xff\xfe\0\0a\0\0\0", None, "U+0000 at offset 2"),
        ("a\ufffe".encode(), None, "U+FFFE at offset 1"),
        ("a\ufdd0".encode(), None, "U+FDD0 at offset 1"),
        ("a\U0010ffff".encode(), None, "U+10FFFF at offset 1"),
        (b"\xe0\x00", "cp1251", "U+0000 at offset 1"),
    ],
)
def test_binary(data: bytes, charset: str | None, found: str) -> None:
    """NUL, noncharacters and texts full of controls are refused, with the reason and the offset in the file."""
    refusal = _refusal(data, charset)

    assert (refusal.what, refusal.found) == ("this is binary, not text", found)


def test_every_control() -> None:
    """Of the C0 controls NUL alone is no text: the others do occur in what is published and are kept as received."""
    accepted = []
    for code in range(0x20):
        try:
            decode(b"a" + bytes([code]) + b"b")
        except SourceError:
            continue
        accepted.append(code)

    assert accepted == list(range(1, 0x20))


@pytest.mark.parametrize(
    "text", ["The port\x08 is closed.", "Le port\x19est fermé.", "Порт\x1b[1m закрыт", "港口\x02关闭。\x1a"]
)
def test_controls_as_received(text: str) -> None:
    """A control in a published text is a character like any other."""
    assert decode(text.encode()) == (text, "utf-8")


def test_few_controls_in_many() -> None:
    """More than sixteen controls are taken where they are fewer than one character in fifty."""
    text = "The port is closed until Monday.\x1f The ferries go on as they do on all the other days. " * 20
    assert decode(text.encode())[0] == text


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7\n", "a PDF file"),
        (b"PK\x03\x04", "a zip, docx or odt file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"\x1f\x8b\x08", "a gzip file"),
    ],
)
def test_known_files(data: bytes, found: str) -> None:
    """Common files that are no text are called by their name."""
    assert _refusal(data).found == found


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", "\u00a0\u2003\u2029".encode(), "\u200b\u3164\n\x1a".encode()],
)
def test_empty(data: bytes) -> None:
    """No bytes, or white space alone, are refused."""
    assert _refusal(data).what == "there is no text in it"


@pytest.mark.parametrize(
    ("data", "named", "marked"),
    [
        (b"\xef\xbb\xbfa", "windows-1251", "utf-8"),
        (b"\xff\xfea\0", "utf-16be", "utf-16le"),
        (b"\xff\xfea\0", "utf-8", "utf-16le"),
        (b"\xfe\xff\0a", "koi8-r", "utf-16be"),
    ],
)
def test_contradiction(data: bytes, named: str, marked: str) -> None:
    """A byte order mark that contradicts the charset named is refused, not decoded into the text."""
    refusal = _refusal(data, named)

    assert (refusal.expected, refusal.found) == (named, marked)


@pytest.mark.parametrize("data", [b"a\0", b"\xef\xbb\xbfa"])
def test_utf_16_needs_its_mark(data: bytes) -> None:
    """UTF-16 by that name alone needs a byte order mark."""
    assert _refusal(data, "utf-16").hint == "name utf-16le or utf-16be"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (b"\x1b$B\x1b(Ba", "iso-2022-jp"),  # an escape to kanji and back, with nothing between
        (b"\x87\x90", "windows-31j"),  # one of several codes for one sign
    ],
)
def test_must_survive(data: bytes, charset: str) -> None:
    """What would not encode to the same bytes again is refused."""
    assert "would not survive" in _refusal(data, charset).what


def test_size() -> None:
    """Two mebibytes are accepted, and not one byte more."""
    assert len(decode(b"a" * MAX_ORIGINAL)[0]) == 2097152
    assert str(_refusal(b"a" * (MAX_ORIGINAL + 1))) == (
        "a.txt: the text is too large: expected at most 2097152 bytes, found 2097153 bytes "
        "(archive its parts as releases of their own)"
    )


def test_size_in_utf_8() -> None:
    """The limit holds for the text in UTF-8 too, as the record carries it."""
    assert _refusal("я".encode("cp1251") * (MAX_ORIGINAL // 2 + 1), "cp1251").found == ("2097154 bytes once in UTF-8")


@given(_WORDS, st.sampled_from([*_CODECS, "utf-8-sig", "utf-16"]))
@example("\ufeff", "utf-8")
@example("яю", "koi8-r")
def test_nothing_is_lost(text: str, charset: str) -> None:
    """Whatever is accepted encodes to the bytes it came from, and decodes the same under the name recorded."""
    data = text.encode(_CODECS.get(charset, charset), errors="ignore")
    try:
        found, name = decode(data, charset)
    except SourceError:
        return

    assert found.encode(_CODECS[name]) == data.removeprefix(
        {"utf-8": b"\xef\xbb\xbf", "utf-16le": b"\xff\xfe", "utf-16be": b"\xfe\xff"}.get(name, b"")
    )
    assert decode(data, name) == (found, name)


@given(st.binary(), st.sampled_from([None, *_CODECS, "utf-16"]))
def test_any_bytes(data: bytes, charset: str | None) -> None:
    """Any bytes are decoded or refused by a typed error."""
    try:
        text, name = decode(data, charset)
    except SourceError:
        return

    assert decode(data, name) == (text, name)


@pytest.mark.parametrize("name", ["cp949", "windows-949", "UHC", "ms949", "x-windows-949"])
def test_korean_windows(name: str) -> None:
    """Hangul that EUC-KR lacks is read under each name of the charset that Windows writes in Korea."""
    words = "똠방각하 펲시콜라 항구는 닫습니다."
    assert decode(words.encode("cp949"), name) == (words, "windows-949")
    with pytest.raises(SourceError, match="windows-949"):
        decode(words.encode("cp949"), "euc-kr")


@pytest.mark.parametrize("name", ["cp950", "windows-950", "ms950"])
def test_taiwanese_windows(name: str) -> None:
    """The euro sign that Windows has in Taiwan and Big5 has not is read under each name of its charset."""
    words = "本港關閉，費用5€。"
    assert decode(words.encode("cp950"), name) == (words, "windows-950")
    with pytest.raises(SourceError, match="windows-950"):
        decode(words.encode("cp950"), "big5")


@pytest.mark.parametrize("marks", [1, 127])
def test_end_of_file_of_dos(marks: int) -> None:
    """However many marks of DOS end a text, up to the end of its last block, it is a text."""
    words = "The harbour closes.\r\n" + "\x1a" * marks
    assert decode(words.encode())[0] == words
    with pytest.raises(SourceError, match="binary"):
        decode(("\x1a" * 127 + "The harbour closes.\r\n").encode())


LONG = b"Notice\n\n" + b"".join(b"%d. The harbour closes. %b\n\n" % (n, b"x" * 200) for n in range(1, 1500))


def test_a_long_text_is_read_in_the_bounded_process() -> None:
    """A long text gives the same, charset and errors too, in the process that is bounded as in this one."""
    assert MOST_HERE < len(LONG) < MAX_ORIGINAL
    assert TextSource().extract(LONG, None) == extract_text(LONG, None, NO_WISH)
    german = LONG.replace(b"harbour", "Häfen".encode("latin-1"))
    assert TextSource().extract(german, "latin1") == extract_text(german, "latin1", NO_WISH)
    with pytest.raises(SourceError, match="not utf-8") as caught:
        TextSource().extract(german, None, where="a.txt")
    assert caught.value.where == "a.txt"


def test_a_long_text_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long text that is not read in time is refused in one line, and the next one is read."""
    with monkeypatch.context() as patched:
        patched.setattr(worker, "PATIENCE", 0.001)
        with pytest.raises(BeyondLimitsError):
            TextSource().extract(LONG, None)
    assert len(TextSource().extract(LONG, None).paragraphs) == 1500


def test_days_of_may() -> None:
    """However many lines begin with a day of May, the text is lowered once, not once for each of them."""
    _lowered.cache_clear()
    extract_text(b"1 May 2020\n2. May follows.\n" * 500, None, NO_WISH)
    assert _lowered.cache_info().hits >= 500
    assert _lowered.cache_info().misses <= 2
