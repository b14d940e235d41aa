"""Which labels hold, and under which label each stands.

A wrapped line can begin with anything: "2022. The", "10. May", "- or so".  At the start of a block a firm label is
taken at its word; else its own list must vouch for it: a neighbour in sequence, before or after.

Lists nest.  They are kept on a stack, each with its way of counting, its last item and its indent.  A label goes on
with the innermost list that it follows; a list that begins anew inside of another belongs to the item above it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.labels import plain_bullet
from muniment.sources.marks import ends_clause, is_lower
from muniment.sources.numerals import is_next, is_start, step_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muniment.sources.label import Label
    from muniment.sources.line import Block, Line

Number = tuple[int, ...]
_Key = tuple[str, Number]

_NEAR: Final = 3
"""Places: how far apart two neighbours of a list may be once items between them are gone."""
_FAR: Final = 200
"""Lines: how far off an item can be to vouch for a line inside of a block."""
_ITEM_LINES: Final = 8
"""Lines: where the next item of a list that is all ones can be."""
_DEPTH: Final = 12
"""Lists inside of each other."""
_ALIKE: Final = 3
"""Lists of one kind inside of each other."""


class _Place(NamedTuple):
    """Where a line with a label stands."""

    block: int
    row: int  # counted over the whole text
    first: bool  # in its block


def hold_labels(text: str, blocks: Sequence[Block]) -> list[list[Label | None]]:
    """Give for each line of each block the label that holds there, or None."""
    blocks = _without_names(text, blocks)
    spots = list(_spots(blocks))
    asked = any(_needs_neighbours(line.label, place) for place, _, line in spots if line.label)
    after = _look(reversed(spots), step=1) if asked else {}
    before = _look(iter(spots), step=-1) if asked else {}
    found: list[list[Label | None]] = [[None] * len(block) for block in blocks]
    held: dict[_Key, int] = {}
    twice = {place.row for place, _, line in spots if line.start in after and after[line.start].same}
    for place, at, line in spots:
        label = line.label
        if label is None:
            continue
        if not label.readings:
            holds = _holds_without_number(text, blocks, place.block, at, label) or (
                label.strength > 1 and _goes_on_below(blocks[place.block], at, found[place.block])
            )
        elif place.first:
            holds = label.strength > 1 or _holds_first(label, before.get(line.start), after.get(line.start), held)
            if not holds and label.strength == 1 and not is_lower(text[label.end : label.end + 2].strip()[:1]):
                holds = _is_part(label, held)
        else:
            sides = before.get(line.start), after.get(line.start)
            holds = not _stands_again(place, *sides, twice) and _holds_inside(label, place, *sides, held)
        if not holds and label.kind != "bullet":
            holds = (
                (label.alone and label.kind == "article")
                or _is_bulleted(blocks[place.block], at)
                or _is_counted_lazily(blocks, place.block, at)
            )
        if not holds and label.bullet:
            found[place.block][at] = _only_bullet(text, blocks, place.block, at)
        if holds:
            found[place.block][at] = label
            held.update((key, place.row) for reading in label.readings for key in _implied(reading))
    return found


# A name behind its initial: up to three words with capitals, perhaps an office, and nothing else.
_NAME: Final = re.compile(
    r"\s+(?:(?:van|von|de|der|di|da|del|el|al|bin|ben)\s+){0,2}[^\W\d_a-zа-яα-ω][^\W\d_]+(?:[\s-][^\W\d_a-zа-яα-ω][^\W\d_]+){0,2}"
    r"(?:,\s[^,.;:]{3,40})?"
)


def _without_names(text: str, blocks: Sequence[Block]) -> Sequence[Block]:
    """Take the initials of two names off, which stand one under the other: ``A. Smith``, ``B. Jones``."""
    if not any(line.label and line.label.form == "A." for block in blocks for line in block):
        return blocks
    rows = [(index, at, line) for index, block in enumerate(blocks) for at, line in enumerate(block)]
    named = [
        line.label is not None
        and line.label.form == "A."
        and _NAME.fullmatch(text, line.label.end, line.end) is not None
        for _, _, line in rows
    ]
    changed = [list(block) for block in blocks]
    for row in range(1, len(rows)):
        if named[row - 1] and named[row] and not any(named[row - 2 : row - 1]) and not any(named[row + 1 : row + 2]):
            for index, at, line in rows[row - 1 : row + 1]:
                changed[index][at] = line._replace(label=None)
    return [tuple(block) for block in changed]


def _needs_neighbours(label: Label, place: _Place) -> bool:
    return bool(label.readings) and (label.strength == 1 or not place.first)


def _spots(blocks: Sequence[Block]) -> Iterator[tuple[_Place, int, Line]]:
    row = 0
    for index, block in enumerate(blocks):
        for at, line in enumerate(block):
            row += 1
            if line.label:
                yield _Place(index, row, at == 0), at, line


def _implied(reading: _Key) -> list[_Key]:
    """A number in parts, and those above it: 2.1 says that there is a 2."""
    key, number = reading
    if len(number) == 1:
        return [reading]
    return [(key, number[:length]) for length in range(len(number), 0, -1)]


def _neighbours(reading: _Key, step: int) -> Iterator[tuple[_Key, bool]]:
    """The numbers that can stand before (-1) or after (1) one in its list, and whether each is right beside it."""
    key, number = reading
    places = max(_NEAR, step_between(key.partition(" ")[2] or key))
    for distance in range(1, places + 1):
        value = number[-1] + step * distance
        if value >= 0:
            yield (key, (*number[:-1], value)), distance <= step_between(key)
    if step > 0:
        yield (key, (*number, 1)), True
        yield (key, (*number, 2)), False
    elif len(number) > 1 and number[-1] <= _NEAR:
        yield (key, number[:-1]), number[-1] == 1
    if step > 0 and len(number) > 1:
        yield (key, (*number[:-2], number[-2] + 1)), True


class _Neighbour(NamedTuple):
    """The nearest neighbours in sequence on one side of a label."""

    exact: _Place | None
    near: _Place | None
    same: _Place | None  # the same label again, at the start of a block


def _look(spots: Iterator[tuple[_Place, int, Line]], *, step: int) -> dict[int, _Neighbour]:
    """Find for each label its neighbours on one side, by offset; ``step`` is 1 when the text is read backwards."""
    seen: dict[_Key, _Place] = {}
    own: dict[_Key, _Place] = {}
    found: dict[int, _Neighbour] = {}
    for place, _, line in spots:
        label = line.label
        if label is None or not label.readings:
            continue
        exact = near = same = None
        for reading in label.readings:
            for key, is_exact in _neighbours(reading, step):
                there = seen.get(key)
                if there is not None:
                    near = _nearer(near, there, place)
                    exact = _nearer(exact, there, place) if is_exact else exact
            same = own.get(reading) or same
        found[line.start] = _Neighbour(exact, near, same)
        for reading in label.readings:
            for key in _implied(reading):
                seen[key] = place
            if place.first and label.strength:
                own[reading] = place
    return found


def _nearer(one: _Place | None, other: _Place, place: _Place) -> _Place:
    return other if one is None or abs(other.row - place.row) < abs(one.row - place.row) else one


def _holds_first(label: Label, before: _Neighbour | None, after: _Neighbour | None, held: dict[_Key, int]) -> bool:
    """At the start of a block, where it is not firm: by a neighbour in its list."""
    if label.strength == 0:
        return any((key, (*number[:-1], number[-1] - 1)) in held for key, number in label.readings)
    sides = [side for side in (before, after) if side]
    if label.kind == "letter":
        return any(side.exact for side in sides)
    return any(side.near for side in sides)


def _is_part(label: Label, held: dict[_Key, int]) -> bool:
    """Whether a number in parts lies in one that holds, with whatever gap: 1.10 in 1."""
    if label.kind != "number":
        return False
    return any(len(number) > 1 and (key, number[:-1]) in held for key, number in label.readings)


def _stands_again(place: _Place, before: _Neighbour | None, after: _Neighbour | None, twice: set[int]) -> bool:
    """Whether the same label opens a block below, before the next one; then a wrapped line began with it here.

    Where the one before it stands again too, it is a table of contents.
    """
    if not after or not after.same or after.same.row - place.row > _FAR:
        return False
    if after.exact and after.exact.row < after.same.row:
        return False
    return not (before and before.exact and before.exact.row in twice)


def _holds_inside(
    label: Label, place: _Place, before: _Neighbour | None, after: _Neighbour | None, held: dict[_Key, int]
) -> bool:
    """On a later line: by an item before it that holds, or by the next one in the same block or the next."""
    follows = after and after.near and after.near.block <= place.block + 1
    in_block = before and before.near and before.near.block == place.block
    if label.strength == 0:
        follows = in_block = None
    steps = [(key, number, step_between(key)) for key, number in label.readings]
    goes_on = any(
        place.row - held.get((key, value), -_FAR - 1) <= _FAR
        for key, number, step in steps
        for value in _before(number, step)
    )
    return goes_on or bool(follows) or bool(in_block)


def _before(number: Number, step: int) -> Iterator[Number]:
    for distance in range(1, step + 1):
        yield (*number[:-1], number[-1] - distance)
    if len(number) > 1 and number[-1] == 1:
        yield number[:-1]


def _holds_without_number(text: str, blocks: Sequence[Block], index: int, at: int, label: Label) -> bool:
    """A bullet holds at the start of a block; on a later line it needs its list.

    Its list is its form at the start of the block, or of the one beside it, or the line beside it, or set-in lines
    under it, or a line before it that ends a clause.  So dashes around words in a wrapped sentence are none.
    """
    block = blocks[index]
    if label.strength == 1 and not _has_words_beside(blocks, index, at, label.form):
        return False
    if at == 0:
        return True
    opens = block[0].label and (block[0].label.bullet or block[0].label.form)
    if opens and (opens == label.form or opens[0] == label.form[0] == "*"):
        return True
    if len(label.form) == 1 and label.form not in "-–—*+":
        return True
    before = block[at - 1]
    beside = [block[place].label for place in (at - 1, at + 1) if 0 <= place < len(block)]
    listed = any(other and (other.bullet or other.form) == label.form for other in beside)
    if listed or block[at].indent > before.indent:
        return True
    around = [*block[:at], *block[at + 1 :], *(other[0] for other in blocks[max(0, index - 1) : index + 2])]
    return text[before.end - 1] in ":：" or (
        ends_clause(text[before.start : before.end])
        and any(line.label and line.label.form == label.form for line in around)
    )


def _goes_on_below(block: Block, at: int, held: Sequence[Label | None]) -> bool:
    """Whether lines set in deeper part a bullet from an item that has the same bullet at the same indent."""
    line = block[at]
    for above in range(at - 1, max(-1, at - 1 - _ITEM_LINES), -1):
        if block[above].indent <= line.indent:
            label = held[above]
            return bool(label and line.label and label.form == line.label.form and block[above].indent == line.indent)
    return False


def _only_bullet(text: str, blocks: Sequence[Block], index: int, at: int) -> Label | None:
    """The bullet of a line alone, where no list vouches for the number behind it, if the bullet holds."""
    line = blocks[index][at]
    bullet = plain_bullet(text, line.start, line.end)
    return bullet if bullet and _holds_without_number(text, blocks, index, at, bullet) else None


def _is_counted_lazily(blocks: Sequence[Block], index: int, at: int) -> bool:
    """Whether a line has a 1 in a list whose items all have it, as who writes for Markdown may number them.

    Such an item stands near in the same block, which begins with one, or opens the block beside it.
    """
    label = blocks[index][at].label
    if label is None or not _is_one(label, label.form):
        return False
    block = blocks[index]
    if _is_one(block[0].label, label.form):
        around = (*block[max(0, at - _ITEM_LINES) : at], *block[at + 1 : at + 1 + _ITEM_LINES])
        same = [line.label for line in around if line.label and line.label.form == label.form]
        if same:
            return all(_is_one(each, label.form) for each in same)
    beside = [blocks[place][0].label for place in (index - 1, index + 1) if 0 <= place < len(blocks)]
    return at == 0 and any(_is_one(each, label.form) for each in beside)


def _is_one(label: Label | None, form: str) -> bool:
    return label is not None and label.kind == "number" and label.form == form and label.name == "1"


def _is_bulleted(block: Block, at: int) -> bool:
    """Whether a line has a bullet before its number or letter, and a line beside it the same bullet."""
    label = block[at].label
    beside = [block[place].label for place in (at - 1, at + 1) if 0 <= place < len(block)]
    return (
        label is not None
        and bool(label.bullet)
        and label.strength > 1
        and any(other and (other.bullet or other.form) == label.bullet for other in beside)
    )


def _has_words_beside(blocks: Sequence[Block], index: int, at: int, form: str) -> bool:
    """Whether an item beside a dash and a number has words: in the same block, or in the one before or after."""
    block = blocks[index]
    beside = [block[place] for place in (at - 1, at + 1) if 0 <= place < len(block)]
    if at == 0 and index:
        beside.append(blocks[index - 1][-1])
    if at + 1 == len(block) and index + 1 < len(blocks):
        beside.append(blocks[index + 1][0])
    return any(line.label and line.label.form == form and line.label.strength > 1 for line in beside)


class Standing(NamedTuple):
    """Where a label stands among the others.

    Attributes:
        above: Index of the piece whose item it belongs to, or None.
        sure: Whether that item's list goes on after it, or the indent says so; else a heading between parts them.
        list: Which list it is in; lists are counted from 0.
    """

    above: int | None
    sure: bool
    list: int


class _Open:
    """A list on the stack."""

    __slots__ = ("above", "across", "ended", "indent", "item", "keys", "kind", "number", "rooted", "sure")

    def __init__(self, label: Label, indent: int, above: int | None, number: int, *, sure: bool) -> None:
        self.keys = dict(label.readings)
        self.item = 0
        self.indent = indent
        self.above = above
        self.number = number
        self.sure = sure
        self.rooted = label.kind == "article" or label.form == "[]"
        self.kind = label.kind
        self.ended: _Open | None = None  # the list that lay in the item before this one's last
        self.across = False  # it counts on over the items that it lies in


def arrange(pieces: Sequence[tuple[Label | None, int, str]]) -> list[Standing | None]:
    """Put the labels of a text into lists.

    Args:
        pieces: For each piece its label, its indent, and how the words before it end: ``colon``, ``open`` (neither a
            sentence nor an item ends there) or ``closed``.

    Returns:
        For each piece with a number or letter where it stands.
    """
    stack: list[_Open] = []
    lists: list[_Open] = []
    placed: list[int | None] = []
    for index, (label, indent, before) in enumerate(pieces):
        if label is None or not label.readings:
            placed.append(None)
            continue
        if label.kind == "article":
            while stack and not any(key in {"article", "§"} for key in stack[-1].keys):
                stack.pop()
        level = _continued(stack, label, indent)
        if level is None:
            item = stack[-1].item + 1 if stack else 0
            led = before == "colon" or (before == "open" and item == index)
            # A colon leads from an item that is a title, or that it ends itself; not from one that was ended before.
            colon = before == "colon" and (item == index or pieces[item][2] == "open")
            level = _resumed(stack, label) or _opened(stack, lists, label, indent, led=led, colon=colon)
        else:
            _end_lists_in(stack, level)
            known = {key: number for key, number in label.readings if key in level.keys}
            level.keys = known or {**dict.fromkeys(level.keys, label.readings[0][1]), **dict(label.readings)}
        level.item = index
        placed.append(level.number)
    return [None if at is None else Standing(lists[at].above, lists[at].sure, at) for at in placed]


def _end_lists_in(stack: list[_Open], level: _Open) -> None:
    """End the lists that lie in the last item of one which goes on."""
    while stack[-1] is not level:
        inner = level.ended = stack.pop()
        if inner.across:
            inner.above = level.above
        elif not inner.rooted:
            inner.above = level.item if inner.above is None else max(inner.above, level.item)
            inner.sure = True


def _continued(stack: list[_Open], label: Label, indent: int) -> _Open | None:
    """The list that a label goes on with: right after its last item before any other, else after a gap."""
    if stack and stack[-1].indent == indent:
        for key, number in label.readings:  # nearly every item is the next of the innermost list
            last = stack[-1].keys.get(key)
            if last is not None and is_next(last, number, step_between(key)):
                return stack[-1]
    gapped: _Open | None = None
    least: tuple[int, ...] = ()
    exact = []
    starts = any(is_start(number) for _, number in label.readings)
    suffixed = label.kind in {"number", "article"} and label.name[-1:].isalpha()
    for level in reversed(stack):
        for key, number in label.readings:
            last = level.keys.get(key)
            if last is None:
                continue
            if is_next(last, number, step_between(key)) or (suffixed and last == number):
                exact.append(level)
            elif number > last and not starts and (gapped is None or _gap(last, number) < least):
                gapped, least = level, _gap(last, number)
    same = [level for level in exact if level.indent == indent]
    found = same or exact
    if found or gapped or starts or label.kind != "number":
        return found[0] if found else gapped
    # A number whose mark was printed in another way: 2) after 1.
    number = label.readings[0][1]
    return next((level for level in reversed(stack) if _counts_to(level, number)), None)


def _resumed(stack: list[_Open], label: Label) -> _Open | None:
    """The list of numbers under the letter before that counts on under this one: I. 1. 2., II. 3.; it lies in none."""
    outer = stack[-1] if stack else None
    if outer is None or outer.kind != "letter" or outer.ended is None or label.kind != "number":
        return None
    inner = outer.ended
    counted = {key: value for key, value in label.readings if key in inner.keys}
    if not any(is_next(inner.keys[key], value, 1) for key, value in counted.items()):
        return None
    inner.across, inner.above, outer.ended = True, outer.above, None
    inner.keys = counted
    stack.append(inner)
    return inner


def _gap(last: Number, number: Number) -> tuple[int, ...]:
    """How far a number lies behind the last one of its list: of two lists, the nearer one has lost fewer items."""
    return tuple(one - other for one, other in zip(number, last, strict=False))


def _counts_to(level: _Open, number: Number) -> bool:
    return any(
        " " not in key and key not in {"article", "§"} and is_next(last, number, 1) for key, last in level.keys.items()
    )


def _opened(stack: list[_Open], lists: list[_Open], label: Label, indent: int, *, led: bool, colon: bool) -> _Open:
    """Open a list: inside of the innermost one, or, if its kind is open already, beside that.

    The other one of its kind stays open below: if it goes on, this one lies inside of it after all.  Right behind an
    item of another kind that ends neither a sentence nor an item, it lies in that.
    """
    above = stack[-1].item if stack else None
    alike = [level for level in stack if level.keys.keys() & {key for key, _ in label.readings}]
    sure = colon
    if alike:
        same = alike[-1]
        sure = indent > same.indent or colon or (led and same is not stack[-1])
        if not sure:
            above = same.above
            while stack[-1] is not same:
                stack.pop()
            # An article out of its order, miscounted or cited, ends no list: the next one may go on with that.
            if len(alike) >= _ALIKE or not (is_start(label.readings[0][1]) or label.kind == "article"):
                stack.pop()
    level = _Open(label, indent, above, len(lists), sure=sure)
    if level.rooted:
        level.above = next((each.item for each in reversed(stack) if each.rooted and each.above is None), None)
        level.above = level.above if label.form == "§" else None
    if len(stack) >= _DEPTH:
        del stack[0]
    lists.append(level)
    stack.append(level)
    return level
