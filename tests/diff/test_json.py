from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.canonical import Json
from muniment.diff import About, algorithm_json, compare, operations_json, select, summarise, summary_json
from muniment.diff.difference import Difference, Operation, Segment, current_algorithm
from muniment.diff.views.json import selection_json
from muniment.errors import SchemaError
from muniment.schema import schema_bytes, validate
from muniment.sources.adapter import Paragraph

Side = Callable[..., list[Paragraph]]
ENDS: dict[str, Json] = {"name": "a.txt", "reference": None, "record": None, "original": None}


def document(difference: Difference) -> dict[str, Json]:
    """A whole document, as the command assembles it."""
    return {
        "format": "muniment-diff/1",
        "algorithm": algorithm_json(difference.algorithm),
        "a": ENDS,
        "b": ENDS,
        **selection_json(select(difference, About(originals_differ=True))),
    }


def test_flags_stand_only_where_true() -> None:
    """A member is there when it says something."""
    operations = (
        Operation("equal", (0,), (0,)),
        Operation("move", (1,), (3,), edited=True, renumbered=True, kind="typographic", coarse=True),
        Operation("replace", (2,), (1,), segments=(Segment("=", "a"), Segment("-", "b"), Segment("+", "c"))),
        Operation("insert", (), (2,)),
    )

    assert operations_json(Difference(operations, current_algorithm())) == [
        {"op": "equal", "a": [0], "b": [0]},
        {
            "op": "move",
            "a": [1],
            "b": [3],
            "edited": True,
            "renumbered": True,
            "class": "typographic",
            "coarse": True,
        },
        {"op": "replace", "a": [2], "b": [1], "segments": [["=", "a"], ["-", "b"], ["+", "c"]]},
        {"op": "insert", "a": [], "b": [2]},
    ]


def test_the_summary_counts_a_moved_edit_in_both(side: Side) -> None:
    """Counts are by what a reader asks for."""
    a = side("one two three four", "five six seven", "eight nine ten", "x y z")
    b = side("five six seven", "eight nine ten", "x\u00a0y z", "one two three 4")

    assert summary_json(summarise(compare(a, b))) == {
        "edited": 1,
        "inserted": 0,
        "deleted": 0,
        "moved": 1,
        "split": 0,
        "merged": 0,
        "renumbered": 0,
        "typographic": 1,
    }


def test_the_example_of_the_schema_holds() -> None:
    """The schema's own example is valid."""
    (example,) = json.loads(schema_bytes("diff"))["examples"]

    validate("diff", example)


@settings(max_examples=30)
@given(
    *[
        st.lists(
            st.sampled_from(("one two three", "one two four", "five six\nseven", "", "one two three five six seven"))
        )
    ]
    * 2
)
def test_every_difference_fits_the_schema(side: Side, left: list[str], right: list[str]) -> None:
    """Whatever is compared, the JSON is valid."""
    validate("diff", document(compare(side(*left), side(*right))))


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "insert", "a": [0], "b": [0]},
        {"op": "delete", "a": [0], "b": [0]},
        {"op": "equal", "a": [0], "b": []},
        {"op": "split", "a": [0], "b": [0]},
        {"op": "merge", "a": [0], "b": [0]},
        {"op": "equal", "a": [0], "b": [0], "edited": False},
        {"op": "equal", "a": [0], "b": [0], "class": "spelling"},
        {"op": "equal", "a": [-1], "b": [0]},
        {"op": "replace", "a": [0], "b": [0], "segments": [["*", "x"]]},
        {"op": "replace", "a": [0], "b": [0], "segments": [["=", ""]]},
        {"op": "rename", "a": [0], "b": [0]},
        {"op": "equal", "a": [0], "b": [0], "note": ""},
    ],
)
def test_ill_formed_operations_break_the_schema(operation: Json) -> None:
    """The schema holds each operation to its number of paragraphs and its members."""
    with pytest.raises(SchemaError):
        validate("diff", document(compare([], [])) | {"operations": [operation]})
