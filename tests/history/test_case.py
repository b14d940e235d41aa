"""Upper and lower case in searches, in the scripts that have it."""

from __future__ import annotations

import pytest
from tests.history.conftest import make_release

from muniment.history.quote import find_quote
from muniment.history.search import find_phrase, fold_for_search, sources

CASES = {
    "English": ("The harbour closes.", "THE HARBOUR"),
    "German": ("Die Straße ist zu.", "STRASSE"),
    "Russian": ("Порт закрыт.", "порт"),
    "Kazakh": ("Қазақстан порты.", "ҚАЗАҚСТАН ПОРТЫ"),
    "Greek final sigma": ("Ο Λιμένας κλείνει.", "ΛΙΜΕΝΑΣ"),
    "Greek accents": ("Ανακοίνωση της Αθήνας", "ΑΝΑΚΟΙΝΩΣΗ ΤΗΣ ΑΘΗΝΑΣ"),
    "Armenian": ("Նավահանգիստը փակ է", "ՆԱՎԱՀԱՆԳԻՍՏԸ"),
    "Turkish dot": ("İstanbul limanı", "istanbul LİMANI"),
    "Turkish without dot": ("Dış liman", "DIŞ LİMAN"),
    "Georgian": ("ნავსადგური", "ᲜᲐᲕᲡᲐᲓᲒᲣᲠᲘ"),
    "decomposed": ("Le café ferme", "LE CAFE\u0301"),
    "with quotes": ("He said “No Fishing”.", 'said "no fishing"'),
}


@pytest.mark.parametrize(("text", "phrase"), CASES.values(), ids=CASES)
def test_case_is_folded_unless_it_counts(text: str, phrase: str) -> None:
    """A phrase is found in any case, and with ``case_sensitive`` or ``exact`` in its own alone."""
    records = make_release([text])
    assert find_phrase(phrase, records).seen
    assert not find_phrase(phrase, records, case_sensitive=True).seen
    assert not find_phrase(phrase, records, exact=True).seen


@pytest.mark.parametrize(("text", "phrase"), CASES.values(), ids=CASES)
def test_a_quote_in_another_case_is_folded(text: str, phrase: str) -> None:
    """It counts as found, every sign that was folded is told, and its own case comes first."""
    paragraphs = make_release([text])[0].paragraphs
    found = find_quote(phrase, [paragraphs])
    assert (found.status, found.matched) == ("folded", "folded")
    assert found.folded
    assert find_quote(phrase, [paragraphs], case_sensitive=True).status == "not-found"
    assert find_quote(phrase, [paragraphs], exact=True).status == "not-found"


def test_the_same_case_is_better() -> None:
    """A quote that stands once in its own case is not ambiguous with other places in another."""
    paragraphs = make_release(["NOTICE ON DUES", "This notice on dues is short."])[0].paragraphs
    assert find_quote("notice on dues", [paragraphs]).status == "exact"
    assert find_quote("Notice on dues", [paragraphs]).status == "ambiguous"


@pytest.mark.parametrize("text", [text for text, _ in CASES.values()])
def test_each_folded_sign_has_its_source(text: str) -> None:
    """There is one source for each character of the folded text, in either way."""
    for cased in (True, False):
        assert len(sources(text, case_sensitive=cased)) == len(fold_for_search(text, case_sensitive=cased))
