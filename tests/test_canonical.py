from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muniment.canonical import (
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_SIZE,
    _accept_fast,
    _decode,
    _encode,
    format_and_parse,
    format_canonical,
    format_without_floats,
    parse_canonical,
    parse_json,
)
from muniment.errors import CanonicalError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from muniment.canonical import Json

JCS_NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")

# Valid JSON of JSONTestSuite that the profile leaves out, by the reason it gives.
LEFT_OUT = {
    "a number is not an integer": {
        "y_number.json",
        "y_number_0e+1.json",
        "y_number_0e1.json",
        "y_number_double_close_to_zero.json",
        "y_number_int_with_exp.json",
        "y_number_real_capital_e.json",
        "y_number_real_capital_e_neg_exp.json",
        "y_number_real_capital_e_pos_exp.json",
        "y_number_real_exponent.json",
        "y_number_real_fraction_exponent.json",
        "y_number_real_neg_exp.json",
        "y_number_real_pos_exponent.json",
        "y_number_simple_real.json",
        "y_object_extreme_numbers.json",
        "y_structure_lonely_negative_real.json",
    },
    "the number -0 has no canonical form": {
        "y_number_minus_zero.json",
        "y_number_negative_zero.json",
    },
    "a key stands twice in one object": {
        "y_object_duplicated_key.json",
        "y_object_duplicated_key_and_value.json",
    },
}

# JSONTestSuite leaves these to the reader; ours refuses every one.
LEFT_TO_US = {
    "a number is not an integer": {
        "i_number_double_huge_neg_exp.json",
        "i_number_huge_exp.json",
        "i_number_neg_int_huge_exp.json",
        "i_number_pos_double_huge_exp.json",
        "i_number_real_neg_overflow.json",
        "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json",
    },
    "an integer is too large to be exact": {
        "i_number_too_big_neg_int.json",
        "i_number_too_big_pos_int.json",
        "i_number_very_big_negative_int.json",
    },
    "a string holds half a surrogate pair": {
        "i_object_key_lone_2nd_surrogate.json",
        "i_string_1st_surrogate_but_2nd_missing.json",
        "i_string_1st_valid_surrogate_2nd_invalid.json",
        "i_string_incomplete_surrogate_and_escape_valid.json",
        "i_string_incomplete_surrogate_pair.json",
        "i_string_incomplete_surrogates_escape_valid.json",
        "i_string_invalid_lonely_surrogate.json",
        "i_string_invalid_surrogate.json",
        "i_string_inverted_surrogates_U+1D11E.json",
        "i_string_lone_second_surrogate.json",
    },
    "not UTF-8 at byte": {
        "i_string_UTF-16LE_with_BOM.json",
        "i_string_UTF-8_invalid_sequence.json",
        "i_string_UTF8_surrogate_U+D800.json",
        "i_string_invalid_utf-8.json",
        "i_string_iso_latin_1.json",
        "i_string_lone_utf8_continuation_byte.json",
        "i_string_not_in_unicode_range.json",
        "i_string_overlong_sequence_2_bytes.json",
        "i_string_overlong_sequence_6_bytes.json",
        "i_string_overlong_sequence_6_bytes_null.json",
        "i_string_truncated-utf-8.json",
        "i_string_utf16BE_no_BOM.json",
        "i_string_utf16LE_no_BOM.json",
    },
    "nested too deeply": {"i_structure_500_nested_arrays.json"},
    "begins with a byte order mark": {"i_structure_UTF-8_BOM_empty_object.json"},
}

# Control characters, the escapes, DEL, line separators, both sides of the surrogate gap, and astral characters.
EDGES = '\x00\x01\x08\x09\x0a\x0b\x0c\x0d\x1f "\\/\x7f\x80\u2028\u2029\ud7ff\ue000\ufeff\uffff\U00010000\U0010ffff'
texts = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from(EDGES)), max_size=12)
integers = st.integers(-MAX_INTEGER, MAX_INTEGER)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=6),
    max_leaves=20,
)


@pytest.mark.parametrize("name", JCS_NAMES)
def test_the_vectors_of_rfc_8785(vectors: Callable[[str], Path], name: str) -> None:
    """Each input of the standard's own test data gets its canonical form, in bytes and in hex."""
    folder = vectors("jcs")
    canonical = format_canonical(json.loads((folder / "input" / f"{name}.json").read_bytes()))
    assert canonical == (folder / "output" / f"{name}.json").read_bytes()
    assert canonical == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())


@pytest.mark.parametrize("name", [name for name in JCS_NAMES if name != "values"])
def test_the_outputs_of_rfc_8785_are_read(vectors: Callable[[str], Path], name: str) -> None:
    """The standard's outputs are accepted as canonical."""
    data = (vectors("jcs") / "output" / f"{name}.json").read_bytes()
    assert format_canonical(parse_canonical(data)) == data


def test_the_output_with_fractions_is_left_out(vectors: Callable[[str], Path]) -> None:
    """The one output that holds numbers other than integers is refused for that reason."""
    with pytest.raises(CanonicalError, match=r"a number is not an integer: .* found '333333333.3333333'"):
        parse_canonical((vectors("jcs") / "output" / "values.json").read_bytes())


def test_malformed_json_is_refused(vectors: Callable[[str], Path]) -> None:
    """Every file that JSONTestSuite calls malformed is refused, and never with another kind of error."""
    files = sorted(vectors("json-parsing").glob("n_*.json"))
    assert len(files) == 188
    for file in files:
        with pytest.raises(CanonicalError):
            parse_json(file.read_bytes())


@pytest.mark.parametrize(("kind", "count", "refused"), [("y", 95, LEFT_OUT), ("i", 35, LEFT_TO_US)])
def test_verdicts_on_other_json(
    vectors: Callable[[str], Path], kind: str, count: int, refused: dict[str, set[str]]
) -> None:
    """Valid and debatable files of JSONTestSuite are accepted, but for those listed here with their reason."""
    files = sorted(vectors("json-parsing").glob(f"{kind}_*.json"))
    assert len(files) == count
    verdicts: dict[str, set[str]] = {}
    for file in files:
        try:
            assert parse_json(file.read_bytes()) == json.loads(file.read_bytes())
        except CanonicalError as error:
            reason = next((reason for reason in refused if error.what.startswith(reason)), error.what)
            verdicts.setdefault(reason, set()).add(file.name)
    assert verdicts == refused


@given(values)
@settings(max_examples=300, deadline=None)
@example({"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "\x80": 5, "1": 6, "ö": 7})
@example([{}, [], [[]], "", 0, -1, MAX_INTEGER, -MAX_INTEGER, True, False, None])
def test_canonical_bytes_are_read_back(value: Json) -> None:
    """Both encoders agree: what rfc8785 writes is accepted by the compiled compare, and gives the same value."""
    data = format_canonical(value)
    assert data == rfc8785.dumps(value) == format_without_floats(value)
    assert parse_canonical(data) == value
    assert parse_json(data) == value
    assert format_and_parse(value) == (data, value)


def test_every_character_has_one_spelling() -> None:
    """Both encoders write each of the 1,112,064 characters of Unicode alike, as text and as key."""
    for plane in range(17):
        codes = range(plane * 0x10000, (plane + 1) * 0x10000)
        text = "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)
        data = format_canonical({text: text})
        assert parse_canonical(data) == {text: text}
        assert format_without_floats({text: text}) == data
        assert format_and_parse({text: text}) == (data, {text: text})


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, [2**53], {1: 2}, [object]], ids=repr)
def test_the_compiled_writer_refuses_what_the_other_one_does(value: Json) -> None:
    """What has no canonical form is refused by both ways of writing, with the same error."""
    for write in (format_canonical, format_without_floats, format_and_parse):
        with pytest.raises(CanonicalError, match="no canonical JSON form"):
            write(value)


@given(values, st.data())
@settings(max_examples=300, deadline=None)
def test_only_one_spelling_is_canonical(value: Json, data: st.DataObject) -> None:
    """Whatever one edit makes of canonical bytes is refused, or is itself the canonical form of its value."""
    canonical = bytearray(format_canonical(value))
    at = data.draw(st.integers(0, len(canonical)))
    end = data.draw(st.integers(at, min(at + 2, len(canonical))))
    canonical[at:end] = data.draw(st.sampled_from([b"", b" ", b"\n", b"0", b"-", b".0", b"\\", b"\\u0041", b'"', b","]))
    try:
        changed = parse_canonical(bytes(canonical))
    except CanonicalError:
        return
    assert format_canonical(changed) == canonical


def strictly(data: bytes) -> str | None:
    """What the strict way alone makes of canonical bytes, types and order of keys shown; None if it refuses them."""
    try:
        value = _decode(data, "", MAX_SIZE)
        return repr(value) if _encode(value, "") == data else None
    except CanonicalError:
        return None


EDITS = [b" ", b"0", b"-", b".0", b"e1", b"\\", b'"', b",", b"\xff", b"[" * 65]


@given(values, st.data())
@settings(max_examples=300, deadline=None)
@example(1.5, None)
@example(MAX_INTEGER + 1, None)
@example({"\ufb33": 1, "\U0001f600": 2}, None)
def test_the_fast_way_accepts_nothing_of_its_own(value: Json, data: st.DataObject | None) -> None:
    """What orjson says yes to is canonical to the strict way too, and has the same value, keys in the same order."""
    written = bytearray(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
    if data is not None and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(written)))
        written[at:at] = data.draw(st.sampled_from(EDITS))
    fast = _accept_fast(bytes(written))
    assert fast is None or repr(fast) == strictly(bytes(written))


@pytest.mark.parametrize("folder", ["json-parsing", "jcs/input", "jcs/output"])
def test_the_fast_way_on_the_vectors(vectors: Callable[[str], Path], folder: str) -> None:
    """On every file of JSONTestSuite and of RFC 8785 orjson says nothing that the strict way does not say."""
    files = sorted((vectors(folder.split("/", 1)[0]) / folder.partition("/")[2]).glob("*.json"))
    assert len(files) > 5
    for file in files:
        fast = _accept_fast(file.read_bytes())
        assert fast is None or repr(fast) == strictly(file.read_bytes())


def test_orjson_writes_every_character_alike() -> None:
    """Each character that the fast way decides on, in text and in key, is written as RFC 8785 has it."""
    for start in range(0, 0xE000, 0x100):
        text = "".join(chr(code) for code in range(start, start + 0x100) if not 0xD800 <= code <= 0xDFFF)
        assert text == "" or _accept_fast(rfc8785.dumps({text: [text]})) == {text: [text]}


@pytest.mark.parametrize(
    "data",
    [
        b"1.0",
        b"1e5",
        b"-0",
        b"-1",
        b"[1000000000000000]",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b"[1, 2]",
        b'"\\u0041"',
        b"\xef\xbb\xbf1",
        b"[" * 65 + b"]" * 65,
        '{"\ufb33":1}'.encode(),
        b"null",
    ],
)
def test_the_fast_way_leaves_doubt_to_the_strict(data: bytes) -> None:
    """Fractions, signs, long integers, keys given twice, other spellings, high characters: not decided there."""
    assert _accept_fast(data) is None


@given(values, st.booleans(), st.sampled_from([None, 1]))
def test_any_layout_gives_the_same_value(value: Json, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001 - drawn by hypothesis
    """Blanks and escapes make no difference to the value, and objects come in canonical order."""
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    read = parse_json(data)
    assert read == value
    assert json.dumps(read, ensure_ascii=False, separators=(",", ":")).encode() == format_canonical(value)


@given(st.binary(max_size=40))
def test_any_bytes_give_an_answer(data: bytes) -> None:
    """Whatever the bytes, the answer is a value or one kind of error that names the file."""
    for parse in (parse_json, parse_canonical):
        failure = None
        try:
            parse(data, where="v1/record.json")
        except CanonicalError as error:
            failure = error
        assert failure is None or str(failure).startswith("v1/record.json: ")


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"{} ", 2),
        (b"[1]\n", 3),
        (b" 1", 0),
        (b'{"a": 1}', 5),
        (b'{"b":1,"a":2}', 2),
        (b'["\\u0041"]', 2),
        (b'["\\/"]', 2),
        (b'["\\u000A"]', 3),
        (b'["\\u001F"]', 7),
        ('{"\uff21":1,"\U00010000":2}'.encode(), 2),
    ],
)
def test_other_spellings_are_placed(data: bytes, offset: int) -> None:
    """A non-canonical spelling is refused with the place where it leaves the canonical form."""
    parse_json(data)
    with pytest.raises(CanonicalError) as caught:
        parse_canonical(data, where="record.json")
    assert str(caught.value) == f"record.json: not in canonical form (RFC 8785) from byte {offset}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f: not JSON: a value is missing at byte 0"),
        ('["é" x]'.encode(), "f: not JSON: a comma or a closing bracket is missing at byte 6"),
        (b"1 2", "f: not JSON: something follows what is already whole at byte 2"),
        (b"\xef\xbb\xbf{}", "f: begins with a byte order mark (remove the first three bytes)"),
        (b'"\xff"', "f: not UTF-8 at byte 1: found 0xff"),
        (b"1.0", "f: a number is not an integer: expected integers only, found '1.0'"),
        (b"1E0", "f: a number is not an integer: expected integers only, found '1E0'"),
        (b"-0", "f: the number -0 has no canonical form (write 0)"),
        (b"-0.0", "f: a number is not an integer: expected integers only, found '-0.0'"),
        (b"[NaN]", "f: NaN is not JSON"),
        (b"-Infinity", "f: -Infinity is not JSON"),
        (b'{"a":1,"b":{},"a":1}', "f: a key stands twice in one object: found 'a'"),
        (b'{"a":1,"\\u0061":1}', "f: a key stands twice in one object: found 'a'"),
        (b'"\\ud800"', "f: a string holds half a surrogate pair: found U+D800"),
        (b'{"\\uDC00":1}', "f: a string holds half a surrogate pair: found U+DC00"),
        (
            b"9007199254740992",
            "f: an integer is too large to be exact: expected within ±9007199254740991, found '9007199254740992'",
        ),
    ],
)
def test_each_fault_has_its_own_message(data: bytes, message: str) -> None:
    """Whatever the profile leaves out is refused in words of its own, by both parsers."""
    for parse in (parse_json, parse_canonical):
        with pytest.raises(CanonicalError) as caught:
            parse(data, where="f")
        assert str(caught.value) == message


def test_integers_up_to_the_limit() -> None:
    """The largest exact integers are read; the next ones, and far larger ones, are refused."""
    assert parse_canonical(b"[9007199254740991,-9007199254740991]") == [MAX_INTEGER, -MAX_INTEGER]
    digits = sys.get_int_max_str_digits() + 1
    for text in (b"9007199254740992", b"-9007199254740992", b"99999999999999999", b"1" * 18, b"1" * digits):
        with pytest.raises(CanonicalError, match="an integer is too large") as caught:
            parse_json(text)
        assert len(str(caught.value)) < 250


def test_size_is_capped() -> None:
    """One byte above the cap is refused with both numbers, before anything else is looked at."""
    assert parse_json(b'"abc"', max_size=5) == "abc"
    with pytest.raises(CanonicalError, match="too large to read: expected at most 4 bytes, found 5 bytes"):
        parse_json(b"\xff" * 5, max_size=4)
    with pytest.raises(CanonicalError, match="expected at most 4,194,304 bytes, found 4,194,305 bytes"):
        parse_canonical(b" " * (MAX_SIZE + 1))


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
def test_depth_is_capped(opening: bytes, closing: bytes) -> None:
    """The greatest depth is read; one more is refused, and a depth that would exhaust the stack as well."""
    levels = opening.count(b"[") + opening.count(b"{")
    times = MAX_DEPTH // levels
    assert parse_canonical(opening * times + b"1" + closing * times)
    for more in (times + 1, 100_000):
        for data in (opening * more + b"1" + closing * more, opening * more):
            with pytest.raises(CanonicalError, match=f"nested too deeply: .* found {more * levels} levels"):
                parse_json(data)


def test_what_cannot_be_read_back_is_not_made() -> None:
    """A value is written and read back in one step with the caps of reading: its depth, its size, its integers."""
    deep: Json = 1
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert format_and_parse(deep)[1] == deep
    with pytest.raises(CanonicalError, match="nested too deeply"):
        format_and_parse([deep])
    assert format_and_parse("x" * (MAX_SIZE - 2))[1] == "x" * (MAX_SIZE - 2)
    with pytest.raises(CanonicalError, match="too large to read"):
        format_and_parse("x" * (MAX_SIZE - 1))
    with pytest.raises(CanonicalError, match="a number is not an integer"):
        format_and_parse([1.5])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "text",
    ["[" * 100, '"[' * 100, '\\"{' * 100, "\\\\[" * 100, "\\" * 3 + '"[{' * 100, "\n[\\u005b" * 100],
)
def test_brackets_in_strings_are_no_depth(text: str) -> None:
    """Brackets inside strings do not count, however quotes and backslashes surround them."""
    value: Json = [text, {text: text}, text]
    assert parse_canonical(format_canonical(value)) == value


def test_width_is_no_depth() -> None:
    """Many small objects side by side are not deep."""
    value: Json = [{"a": [index]} for index in range(1000)]
    assert parse_canonical(format_canonical(value)) == value


@given(st.text(st.sampled_from('[]{}",:\\a1 '), max_size=300))
@settings(max_examples=200)
def test_depth_of_malformed_text_is_no_other_error(text: str) -> None:
    """However brackets, quotes and backslashes are mixed, the answer is a value or one kind of error."""
    with suppress(CanonicalError):
        parse_json(("[" * 40 + text + "]" * 40).encode())


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), MAX_INTEGER + 1, "\ud800", {"\ud800": 1}, {1: 2}, object(), [b""]],
)
def test_values_without_a_form_are_refused(value: Json) -> None:
    """What has no canonical form is one kind of error, not whatever the library below raises."""
    with pytest.raises(CanonicalError, match="no canonical JSON form"):
        format_canonical(value)


def test_hostile_keys_are_escaped_and_cut() -> None:
    """A message shows control characters escaped and only the beginning of a long key."""
    key = json.dumps("\x1b[2J\u202e" * 1000)
    with pytest.raises(CanonicalError) as caught:
        parse_json(f"{{{key}:1,{key}:1}}".encode())
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
