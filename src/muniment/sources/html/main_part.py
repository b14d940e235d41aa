"""The rule that proposes the main part of a page, where the keeper has not chosen one.

It only proposes: the selectors that it gives stand in the record, and the text comes out again by these alone.
So this rule may get better while the text of no record changes.  It weighs words in sentences against other words,
and leaves out of the part what stands beside the matter (``page_blocks``).
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from muniment.sources.html.elements import children_of
from muniment.sources.html.page_blocks import HEADINGS, HOLDERS, PageBlocks
from muniment.sources.html.short_selectors import ShortSelectors

if TYPE_CHECKING:
    from muniment.sources.html.element_index import ElementIndex
    from muniment.sources.html.elements import PageElement

# What a word counts that stands in a block of links, and one in another block without a sentence.
_LINK, _SHORT = -0.5, -0.3
# What each part beside the matter counts, as it would have to be left out.
_LEFT_OUT: Final = -5.0
_MOST_LEFT_OUT: Final = 40  # selectors; what is left for the keeper is as much as the record has room for
# An element inside of the one with the most is the part, if it has this share of it, and at most that stands before it.
_NEARLY, _LEAD = 0.9, 0.03
_TITLED: Final = 10  # characters: fewer are no headline


class Proposal(NamedTuple):
    """What is to be taken of a page: selectors of its parts, and of what is left out of them."""

    select: tuple[str, ...]
    remove: tuple[str, ...]


def propose_part(index: ElementIndex) -> Proposal:
    """Give the element that holds the main part, and the headline where that stands outside.

    It is the element with the most: each word in a sentence counts for it, other words against it.  Where
    nothing stands out that is ``body``.
    """
    root = index.elements[0]
    body = next((child for child in children_of(root) if child.tag == "body"), root)
    page = PageBlocks(body)
    part = _choose(page)
    names = ShortSelectors(index)
    head = _headline_before(page, part, index)
    select = (*([] if head is None else [names.name(head)]), names.name(page.nodes[part]))
    return Proposal(select, _left_out(page, part, head, names))


def _choose(page: PageBlocks) -> int:
    """The place of the innermost element that has nearly as much as the one with the most."""
    worth = [_worth(page, at) for at in range(len(page.nodes))]
    page.sum_up(worth)
    fit = [
        at for at, node in enumerate(page.nodes) if page.mass[at] and page.beside[at] < 0 and node.tag not in HOLDERS
    ]
    most = max((worth[at] for at in fit), default=0.0)
    outer = next((at for at in reversed(fit) if worth[at] == most), 0) if most >= max(worth[0], 0.0) else 0
    # What comes before the matter is rather its lead, what comes after it rather another thing.
    before = list(
        accumulate((count if page.beside[at] < 0 else 0 for at, count in enumerate(page.sentences)), initial=0)
    )
    inside = (at for at in reversed(fit) if outer < at < page.ends[outer])
    near = (at for at in inside if worth[at] >= most * _NEARLY and before[at] - before[outer] <= most * _LEAD)
    return next(near, outer)


def _worth(page: PageBlocks, at: int) -> float:
    """What the words right in one block count."""
    if page.beside[at] >= 0:
        return _LEFT_OUT if page.beside[at] == at and page.within[at] else 0.0
    words, links, tag = page.words[at], page.links[at], page.nodes[at].tag
    if page.sentences[at] or tag in HEADINGS:
        return float(page.sentences[at])
    if links > words:
        return (links + words) * _LINK
    return 0.0 if tag in HOLDERS else words * _SHORT


def _headline_before(page: PageBlocks, part: int, index: ElementIndex) -> PageElement | None:
    """An ``h1`` before a part that has no headline itself: the last one that the title repeats, else the last one."""
    inside = page.nodes[part : page.ends[part]]
    if any(node.tag == "h1" for node in inside):
        return None
    title = _folded(next(iter(index.with_tag("title")), None))
    heads = (_folded(node) for node in inside if node.tag in {"h2", "h3"})
    if any(len(words) > _TITLED and words in title for words in heads):
        return None
    before = [node for at, node in enumerate(page.nodes[:part]) if node.tag == "h1" and page.within[at]]
    return next((node for node in reversed(before) if _folded(node) in title), before[-1] if before else None)


def _folded(node: PageElement | None) -> str:
    return "" if node is None else " ".join(node.text().split()).lower()


def _left_out(page: PageBlocks, part: int, head: PageElement | None, names: ShortSelectors) -> tuple[str, ...]:
    """Selectors of what stands beside the matter inside of the part, by the names that said so, or by others.

    None of them names anything of the matter.  What has no such name stays, but for what in it has one.
    """
    places = range(part, page.ends[part])
    kept = {id(page.nodes[at]) for at in places if page.beside[at] < 0}
    if not any(page.words[at] or page.links[at] for at in places if page.beside[at] < 0):
        return ()
    for node in (page.nodes[part], head):
        here = node
        while here is not None:
            kept.add(id(here))
            here = here.parent
    found: dict[str, int] = {}
    unnamed: set[int] = set()
    for at in places:
        if page.beside[at] < 0 or not page.within[at] or (page.beside[at] != at and page.above[at] not in unnamed):
            continue
        name = names.name_all(page.nodes[at], page.verdicts[at].selector, kept)
        if name:
            found[name] = found.get(name, 0) + page.within[at]
        else:
            unnamed.add(at)
    largest = sorted(found, key=lambda name: -found[name])[:_MOST_LEFT_OUT]
    return tuple(name for name in found if name in largest)
