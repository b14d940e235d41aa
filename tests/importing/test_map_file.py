"""The map file and its patterns: what matches, what is made of it, and what is refused before anything is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.errors import InputError
from muniment.importing.map_file import ImportMap, parse_map
from muniment.importing.patterns import make_release_id, parse_pattern, parse_template
from muniment.reference import check_release_id


@pytest.mark.parametrize(
    ("pattern", "path", "parts"),
    [
        ("{service}/{type}.md", "Port/Terms of use.md", {"service": "Port", "type": "Terms of use"}),
        ("{service}/{type}.md", "a/b/c.md", None),
        ("{all:path}.md", "a/b/c.md", {"all": "a/b/c"}),
        ("**/*.md", "c.md", {}),
        ("**/*.md", "a/b/c.md", {}),
        ("*.md", "a/c.md", None),
        ("?.md", "c.md", {}),
        ("a.c", "abc", None),
        ("https://example.org/{page}", "https://example.org/notice", {"page": "notice"}),
    ],
)
def test_patterns(pattern: str, path: str, parts: dict[str, str] | None) -> None:
    """A pattern matches the whole path, and names its parts."""
    found = parse_pattern(pattern, where="x").parts(path)
    named = {"path", "folder", "name", "stem", "suffix"}
    assert (found if found is None else {key: value for key, value in found.items() if key not in named}) == parts


@pytest.mark.parametrize("pattern", ["", "{", "}", "{A}", "{a}{a}", "{stem}", "{a:b}", "x" * 401])
def test_what_is_no_pattern(pattern: str) -> None:
    """A brace that is no part, a part twice, and a part that every path has are refused."""
    with pytest.raises(InputError):
        parse_pattern(pattern, where="x")


def test_a_path_that_can_be_split_in_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern of many parts is done with a long path; one that would keep it busy is told, and holds up nothing."""
    pattern = parse_pattern("".join(f"{{{name}:path}}" for name in "abcdefg") + ".md", where="x")
    assert pattern.matches("a/b/c/d.md")
    assert not any(map(pattern.matches, ("a/" * 200, ".md" * 100 + "x", "a" * 4000)))
    monkeypatch.setattr("muniment.importing.patterns.PATIENCE", 1e-9)
    with pytest.raises(InputError, match="can be read in too many ways"):
        pattern.parts("a.md" * 1000)


def test_templates() -> None:
    """A template takes the parts of the pattern, and those of every path."""
    parts = parse_pattern("{a}/{b}.md", where="x").parts("one/two.md")
    assert parts is not None
    template = parse_template("{a}: {b} ({folder}, {name}, {stem}, {suffix}, {path})", frozenset("ab"), where="x")
    assert template.fill(parts) == "one: two (one, two.md, two, md, one/two.md)"
    with pytest.raises(InputError, match="there is no part"):
        parse_template("{c}", frozenset("ab"), where="x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Notices/Harbour", "notices-harbour"), ("Hafenbüro Größe", "hafenburo-grosse"), ("a__b..c", "a-b-c"),
        ("Été", "ete"), ("-x-", "x"), ("x" * 63, "x" * 63),
    ],
)  # fmt: skip
def test_ids(text: str, expected: str) -> None:
    """An id is made of any text: small letters and digits, all else hyphens."""
    assert make_release_id(text, where="x") == expected


@pytest.mark.parametrize("text", ["", "港", "con", "LPT1", "v1", "x" * 64, "---"])
def test_what_no_id_can_be_made_of(text: str) -> None:
    """Devices of Windows, what looks like a version, and what has no letter are refused with what to do."""
    with pytest.raises(InputError, match="no release id can be made"):
        make_release_id(text, where="x")


@given(st.text())
def test_every_id_is_safe(text: str) -> None:
    """Whatever is made is an id that every system can have as a folder."""
    try:
        made = make_release_id(text, where="x")
    except InputError:
        return
    assert check_release_id(made) == made


def test_the_first_rule_that_matches_decides() -> None:
    """Rules are asked in order; what none matches is left out, and so is what a rule leaves out."""
    rules = parse_map(
        b'[[rule]]\nmatch = "drafts/**"\nleave_out = true\n[[rule]]\nmatch = "{a}/x.md"\nrelease = "x-{a}"\n'
        b'[[rule]]\nmatch = "{a}/{b}.md"\n',
        where="import.toml",
    )
    assert rules.find("drafts/x.md") is None
    assert rules.find("readme.txt") is None
    one, two = rules.find("port/x.md"), rules.find("port/y.md")
    assert one is not None
    assert two is not None
    assert (one.release, one.rule, two.release, two.rule) == ("x-port", 2, "port-y", 3)


@pytest.mark.parametrize(
    ("key", "release"),
    [
        ("notices/harbour.txt", "notices-harbour"), ("harbour", "harbour"), ("a.b.md", "a-b"),
        ("https://example.org/notice.html", "example-org-notice-html"),
    ],
)  # fmt: skip
def test_without_a_map_file(key: str, release: str) -> None:
    """Without rules the id is that of the path without its suffix, or of the address without its scheme."""
    mapped = ImportMap().find(key)
    assert mapped is not None
    assert mapped.release == release


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no rule"),
        ("rule = 1", "has no rule"),
        ("x = 1\n[[rule]]\nmatch='*'", "unknown member"),
        ("[[rule]]", "not a text"),
        ("[[rule]]\nmatch = ''", "not a text"),
        ("[[rule]]\nmatch = '{'", "not a pattern"),
        ("[[rule]]\nmatch = '*'\nnothing = 'x'", "unknown member"),
        ("[[rule]]\nmatch = '*'\ntitle = 7", "not a text"),
        ("[[rule]]\nmatch = '*'\ntitle = '{x}'", "there is no part {x}"),
        ("[[rule]]\nmatch = '*'\nsubjects = 'x'", "not a list of texts"),
        ("[[rule]]\nmatch = '*'\nleave_out = 'yes'", "not true or false"),
        ("[[rule]]\nmatch = '*'\nleave_out = true\ntitle = 'x'", "says nothing else"),
        ("[[rule]", "not TOML"),
        ("\xff", "not UTF-8"),
    ],
)
def test_a_map_file_that_is_wrong(text: str, said: str) -> None:
    """What is wrong in a map file is named with its rule and member."""
    with pytest.raises(InputError, match=said) as told:
        parse_map(text.encode("latin-1"), where="import.toml")
    assert told.value.where.startswith("import.toml")


@pytest.mark.parametrize(
    "member", ["language = 'no language'", "title = '\\u202e'", "genre = 'a(b)'", "subjects=['a','a']"]
)
def test_what_is_no_description(member: str) -> None:
    """What no record could say is refused when a document meets the rule, before anything is written."""
    rules = parse_map(
        f"[[rule]]\nmatch = '*'\n{member}\n".replace("'\\u202e'", '"\\u202e"').encode(), where="import.toml"
    )
    with pytest.raises(InputError, match=r"import\.toml, rule 1"):
        rules.find("a.txt")


@pytest.mark.parametrize("member", ["charset = 'no-such'", "charset = '{x}'", "media_type = 'image/png'"])
def test_what_is_read_nowhere(member: str) -> None:
    """A medium or a charset that is not read here is a fault of the rule, found before anything is written."""
    rules = parse_map(f"[[rule]]\nmatch = '{{x}}.txt'\n{member}\n".encode(), where="import.toml")
    with pytest.raises(InputError, match=r"import\.toml, rule 1: (charset|media_type): .* of a\.txt"):
        rules.find("a.txt")


@pytest.mark.parametrize(("release", "place"), [("{x}", "con.txt"), ("con", "m.toml, rule 1: con.txt")])
def test_whose_fault_an_id_is(release: str, place: str) -> None:
    """A path that makes no id is at fault itself, so that a new file does not end an import; else the rule is."""
    rules = parse_map(f"[[rule]]\nmatch = '{{x}}.txt'\nrelease = '{release}'\n".encode(), where="m.toml")
    with pytest.raises(InputError, match="no release id") as told:
        rules.find("con.txt")
    assert told.value.where == place


def test_an_address_with_a_password_is_refused() -> None:
    """A rule that would write a name or password into records is refused, and they are not printed."""
    data = b'[[rule]]\nmatch = "{x}.txt"\nuri = "https://me:secret@example.org/{x}"\n'

    with pytest.raises(InputError, match="name or password") as refused:
        parse_map(data, where="m.toml").find("pier.txt")

    assert "secret" not in str(refused.value)
