from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import html5lib
from hypothesis import given
from hypothesis import strategies as st

from muniment.markup import Markup, data_block, document, element, join, text

ANY = st.text(st.characters(), max_size=40)


def test_text_is_escaped() -> None:
    """What HTML reads as markup is escaped, in text and in attributes; markup made before is not escaped again."""
    assert text("<&>\"'").html == "&lt;&amp;&gt;&quot;&#39;"
    made = element("p", element("b", "1 < 2"), None, " & ", class_='x" onload="y', data_code="A", hidden=True, id=None)
    assert made.html == '<p class="x&quot; onload=&quot;y" data-code="A" hidden><b>1 &lt; 2</b> &amp; </p>'
    assert element("input", type="radio", checked=False).html == '<input type="radio">'
    assert join(["<", Markup("<br>")]).html == "&lt;<br>"


def test_forbidden_characters() -> None:
    """What a parser would change or refuse becomes U+FFFD."""
    assert text("\0\r\x85\ud800\ufffe\U0010ffff\n\t").html == "\ufffd" * 6 + "\n\t"


def test_policy_names_the_style() -> None:
    """The content security policy allows the one style sheet of the page, and nothing else."""
    page = document("T", "p{color:red}", "body")
    digest = b64encode(sha256(b"p{color:red}").digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    said = policy[1].replace("&#39;", "'")
    assert said == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@given(ANY, ANY)
def test_any_text_is_well_formed(title: str, body: str) -> None:
    """Whatever a text holds, the page has no parse error and the text comes back."""
    page = document(title, "p{}", element("p", body, title=title))
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    paragraph = tree.find(".//p")
    assert unescape(text(body).html) == (paragraph.text or "")
    assert unescape(text(title).html) == paragraph.get("title")


def test_script_and_head() -> None:
    """A script is allowed by its hash and stands last; elements of the head come before the style sheet."""
    page = document("T", "p{}", "body", head=[element("link", rel="x", href="y")], script="go()")
    digest = b64encode(sha256(b"go()").digest()).decode()
    assert f"default-src &#39;none&#39;; script-src &#39;sha256-{digest}&#39;; style-src" in page
    assert page.endswith("<body>body\n<script>go()</script>\n</body>\n</html>\n")
    assert '<title>T</title>\n<link rel="x" href="y">\n<style>' in page


@given(st.dictionaries(ANY, ANY, max_size=3))
def test_data_block(value: dict[str, str]) -> None:
    """JSON in a page has no markup and nothing that hides or turns, whatever it holds, and comes back as it was."""
    block = data_block("application/json", value, id="data").html
    said = block.removeprefix('<script type="application/json" id="data">').removesuffix("</script>")
    assert not set("<>&") & set(said)
    assert not re.search(
        "[\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\uf8ff\ufdd0-\ufdef\uffff]", said
    )
    assert json.loads(said) == value
