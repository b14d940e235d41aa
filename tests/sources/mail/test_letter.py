"""E-mails: their parts, their text, and what becomes of the rest."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from pathlib import Path

import pytest

from muniment.errors import ExtractorMissingError, SourceError
from muniment.record import Choices, MailChoices, read_choices
from muniment.sources import NO_WISH, Extraction, Wish, charset_again, wish_again
from muniment.sources.mail.header_fields import HeaderFields, decode_words, find_stated, parameters_of
from muniment.sources.mail.letter import extract_mail, unflow

REAL = (Path(__file__).parent / "statement.eml").read_bytes()
PAGE = (
    "<html><body><h1>Notice</h1><p>The harbour closes on Monday, as the master of the port has said.</p></body></html>"
)


def letter(*parts: tuple[str, str, str | None], text: str | None = None) -> bytes:
    """A letter with parts: their type, their words, and the name of a file where they are attached."""
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "a@example.org", "Notice", "<1@example.org>"
    if text is not None:
        message.set_content(text)
        return bytes(message)
    message.make_mixed()
    for media_type, words, name in parts:
        part = EmailMessage()
        part.set_content(words, subtype=media_type.partition("/")[2])
        if name is not None:
            part.add_header("Content-Disposition", "attachment", filename=name)
        message.attach(part)
    return bytes(message)


def choices(extraction: Extraction) -> MailChoices:
    """What was chosen of an e-mail."""
    parameters = extraction.extractor.parameters
    assert isinstance(parameters, MailChoices)
    return parameters


def test_a_real_letter() -> None:
    """The text of a letter is taken; its page and what is attached are left out by name and hash."""
    extraction = extract_mail(REAL, None, Wish(outline=True))

    assert [(each.id, each.kind, each.label) for each in extraction.paragraphs] == [
        ("h1", "heading", None), ("p1", "paragraph", "1."), ("p2", "paragraph", "2."), ("p3", "paragraph", "3."),
    ]  # fmt: skip
    assert extraction.paragraphs[0].text == "Заявление"
    assert [(fact.member, fact.value, fact.place) for fact in extraction.facts] == [
        ("title", "Заявление о событиях в порту", "Subject"),
        ("issuer", "Press Office", "From"),
        ("issued", "2022-01-06", "Date"),
    ]
    chosen = choices(extraction)
    assert (chosen.part, chosen.part_basis, chosen.charset_basis, chosen.page) == ("1.1", "rule", "part", None)
    assert [(part.part, part.media_type, part.name, part.size) for part in chosen.left_out] == [
        ("1.2", "text/html", None, 259), ("2", "application/pdf", "statement.pdf", 27),
    ]  # fmt: skip
    assert chosen.left_out[1].sha256 == hashlib.sha256(b"%PDF-1.4\n% stub attachment\n").hexdigest()
    assert [part.text[:24] for part in extraction.outline if not part.taken] == [
        "part 1.2: text/html, 259", "part 2: application/pdf,",
    ]  # fmt: skip


def test_the_page_where_it_is_chosen() -> None:
    """A part that is chosen is taken, a page by the rules for pages; and it comes out again by what the record has."""
    extraction = extract_mail(REAL, None, Wish(part="1.2", select=("body",)))
    chosen = choices(extraction)

    assert [each.kind for each in extraction.paragraphs] == ["heading", "list-item", "list-item", "list-item"]
    assert (chosen.part, chosen.part_basis) == ("1.2", "keeper")
    assert chosen.page == Choices(charset_basis="part")
    again = extract_mail(REAL, charset_again(extraction.charset, chosen), wish_again(chosen))
    assert again == extraction


def test_parameters_come_back_from_the_record() -> None:
    """What was chosen is the same once it was written and read."""
    for wish in (NO_WISH, Wish(part="1.2")):
        chosen = choices(extract_mail(REAL, None, wish))
        assert read_choices(chosen.as_json()) == chosen


@pytest.mark.parametrize(
    ("parts", "part"),
    [
        ([("text/plain", "Words.", None)], "1"),
        ([("text/html", PAGE, None)], "1"),
        ([("text/plain", "Attached.", "a.txt"), ("text/html", PAGE, None)], "2"),
        ([("text/plain", " \n", None), ("text/html", PAGE, None)], "2"),
        ([("text/html", PAGE, None), ("text/plain", "Words.", None)], "2"),
    ],
)
def test_the_rule(parts: list[tuple[str, str, str | None]], part: str) -> None:
    """Without a choice it is the only text that is not attached, else the only page."""
    assert choices(extract_mail(letter(*parts), None, NO_WISH)).part == part


@pytest.mark.parametrize(
    ("data", "wish", "said"),
    [
        (
            letter(("text/plain", "One.", None), ("text/plain", "Two.", None)),
            NO_WISH,
            r"holds 2 parts that could be its text: found 1 \(text/plain\), 2 \(text/plain\) \(choose one",
        ),
        (letter(("text/plain", "One.", "a.txt")), NO_WISH, r"holds no text: found 1 \(text/plain\)"),
        (REAL, Wish(part="2"), r"has no part 2 that is a text or a page: expected 1.1 \(text/plain\), 1.2"),
        (REAL, Wish(part="2"), r"expected 1\.1 \(text/plain\), 1\.2 \(text/html\) \(choose one"),
        (letter(("image/png", "x", "a.png")), Wish(part="1"), "expected none, for it has no such part$"),
        (REAL, Wish(part="7"), "has no part 7"),
        (REAL[:-60], NO_WISH, "the e-mail is cut short"),
        (REAL.replace(b"JVBERi0x", b"JVBER!0x"), NO_WISH, "part 2 is broken: it is no base64"),
        (REAL.replace(b"Encoding: base64", b"Encoding: x-zip"), NO_WISH, "part 1.2 is encoded by nothing"),
        (letter(text="a").replace(b"utf-8", b"x-none"), NO_WISH, "charset is not known"),
        (b"MIME-Version: 1.0\n\ncaf\xe9", NO_WISH, "part 1 is not in utf-8: found byte 0xe9"),
        (
            b"MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\ncaf\xe9",
            NO_WISH,
            "part 1 is not in utf-8",
        ),
        (b"MIME-Version: 1.0\nX: " + b"a" * 70_000 + b"\n\nb", NO_WISH, "the headers are too long"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nb", NO_WISH, "names no boundary"),
        (
            b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 300 + b"--b--",
            NO_WISH,
            "too many parts: expected at most 100",
        ),
    ],
)
def test_refused(data: bytes, wish: Wish, said: str) -> None:
    """What is unclear, cut short, broken or beyond the limits is refused, and says why."""
    with pytest.raises(SourceError, match=said):
        extract_mail(data, None, wish)


def test_nested_too_deeply() -> None:
    """Parts are inside of each other at most ten deep."""
    data = b"Words."
    for level in range(12):
        name = b"b%d" % level
        head = b"Content-Type: multipart/mixed; boundary=" + name
        data = head + b"\n\n--" + name + b"\n" + data + b"\n--" + name + b"--\n"

    with pytest.raises(SourceError, match="nested too deeply: expected at most 10 levels"):
        extract_mail(b"MIME-Version: 1.0\n" + data, None, NO_WISH)


def test_no_parser_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what reads pages is not installed, a letter that is a page says so, and a text is read."""
    monkeypatch.setattr("muniment.sources.mail.letter.find_spec", lambda _: None)

    assert extract_mail(REAL, None, NO_WISH).paragraphs
    with pytest.raises(ExtractorMissingError, match=r"part 1 needs html/1 \(pip install 'muniment\[html\]'\)"):
        extract_mail(letter(("text/html", PAGE, None)), None, NO_WISH)


def test_bytes_that_are_no_text() -> None:
    """Where the keeper has them replaced, their number is in the record."""
    extraction = extract_mail(b"MIME-Version: 1.0\n\ncaf\xe9", None, Wish(replace_invalid=True))

    assert extraction.paragraphs[0].text == "caf\ufffd"
    assert (choices(extraction).invalid, choices(extraction).charset_basis) == (1, "default")
    named = extract_mail(b"MIME-Version: 1.0\n\ncaf\xe9", "latin1", NO_WISH)
    assert (named.paragraphs[0].text, named.charset, choices(named).charset_basis) == ("café", "windows-1252", "keeper")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Notice", "Notice"),
        ("=?utf-8?b?0J/QvtGA?= =?utf-8?b?0YI=?=", "Порт"),
        ("=?utf-8?b?0J/Q?= =?utf-8?b?vtGA0YI=?=", "Порт"),
        ("a =?koi8-r?Q?=F0=CF=D2=D4?= b", "a Порт b"),
        ("=?latin1?q?caf=E9_au?=", "café au"),
        ("=?x-none?q?a?=", "a"),
        ("=?utf-8?b?!!!?=", "!!!"),
    ],
)
def test_encoded_words(value: str, words: str) -> None:
    """Encoded words of headers are read, also where a letter is cut in two."""
    assert decode_words(value) == words


def test_many_encoded_words() -> None:
    """A header full of encoded words is read in time that grows with its length."""
    assert len(decode_words("=?utf-8?q?a?= " * 4000)) == 4000


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("attachment; filename=a.pdf", {"filename": "a.pdf"}),
        ('attachment; filename="a \\"b\\".pdf"', {"filename": 'a "b".pdf'}),
        ("attachment; filename*=utf-8''%D0%B0.pdf", {"filename": "а.pdf"}),
        ('attachment; filename*0="one"; filename*1*=%2Dtwo', {"filename": "one-two"}),
    ],
)
def test_parameters(value: str, found: dict[str, str]) -> None:
    """Parameters of headers are read in each of their forms."""
    assert parameters_of(value) == found


def test_what_headers_state() -> None:
    """The headers state title, issuer, date, language and address, each by its name; what is no date states none."""
    head = (
        b"From: =?utf-8?q?Harbour_Office?= <press@example.org>\nSubject: Notice\n on the harbour\n"
        b"Date: 2 Mar 2026 23:30:00 -0500\nContent-Language: en, fr\nArchived-At: <https://example.org/7>\n"
    )
    assert [(fact.member, fact.value) for fact in find_stated(HeaderFields(head))] == [
        ("title", "Notice on the harbour"), ("issuer", "Harbour Office"), ("issued", "2026-03-02"), ("language", "en"),
        ("uri", "https://example.org/7"),
    ]  # fmt: skip
    kept = find_stated(HeaderFields(b"Archived-At: <https://me:word@example.org/7>"))
    assert [fact.value for fact in kept] == ["https://example.org/7"]
    assert find_stated(HeaderFields(b"Date: Mon, 31 Feb 2026 10:00:00 +0000\nFrom: nobody")) == ()


def test_flowed() -> None:
    """Lines that a mailer broke are joined; quotations, signatures and fixed lines are not."""
    assert unflow("The harbour \ncloses.\n> It \n> said\n-- \nA", delete_space=False) == (
        "The harbour closes.\n> It said\n-- \nA"
    )
    assert unflow("港口 \n关闭\n From", delete_space=True) == "港口关闭\nFrom"
