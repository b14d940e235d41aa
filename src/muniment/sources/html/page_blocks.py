"""The words of a page by the blocks in which they stand, and what of them stands beside the matter.

One walk over the tree counts; what is said of an element holds for all inside of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from muniment.sources.html.beside import MATTER, WRAPPERS, Bearing, Verdict, judge
from muniment.sources.html.rendering import MAY_BE_HIDDEN, is_hidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muniment.sources.html.elements import PageElement

HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
HOLDERS: Final = frozenset(("p", "li", "td", "th", "dd", "dt", "pre", "blockquote", *HEADINGS))
"""Blocks of one paragraph, as a rule."""
_CODE: Final = frozenset(("pre", "code"))
_HEADS: Final = frozenset(("h1", "main"))
_GROUPS: Final = frozenset((
    "div", "section", "article", "main", "aside", "header", "footer", "nav", "figure", "figcaption", "ul", "ol",
    "table", "form", "dl", "details", "summary", "fieldset", "address", "body", "tr", "tbody", "center", "dialog",
    "menu",
))  # fmt: skip

# Words in a block that are no link: fewer are rather a button or a caption than a sentence.
_SENTENCE: Final = 12
# A name is not believed of what holds more than this share of all sentences, or with the headline more than the other.
_MISNAMED, _MISNAMED_WITH_HEADLINE = 0.4, 0.2
# Where less than this share of all sentences stands in no such part, the matter must be in one.
_FEW: Final = 0.2
_WHOLE: Final = 0.8
# What has so few words and is mostly links is a list of links.
_FEWEST, _LINKED = 4, 0.75
_LINK_LISTS: Final = frozenset(("div", "section", "ul", "ol", "aside", "table", "dl", "p", "span"))
# Teasers: so many alike, of so many words at most, each with a title of so many words that is a link.
_TEASERS, _TEASER, _TITLE, _TITLES = 3, 100, 3, 3
_ALIKE, _MOST_OF_PAGE = 0.7, 0.7
_TEASER_TAGS: Final = frozenset(("li", "div", "article", "section", "a", "td", "tr"))
# Scripts that set no blanks between words; two of their signs count as one.
_UNPARTED: Final = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")

BY_ITS_WORDS: Final = "*"
"""In place of a selector: what an element holds says that it stands beside the matter."""


def count_words(text: str) -> int:
    """Count the words of a text, also of scripts without blanks."""
    words = len(text.split())
    if text.isascii():
        return words
    signs = len(_UNPARTED.findall(text))
    return words + signs // 2 if signs > words else words


class PageBlocks:
    """The elements that are rendered, in the order of the page, each by its place in these lists.

    Attributes:
        nodes: The elements.
        above: The place of the element around each; −1 for the first.
        ends: The place after the last element inside of each.
        verdicts: What is said of each by its name, its words, or those around it.
        words: Words right in a block that are no links.
        links: Words right in a block that are links.
        sentences: Words right in a block, where they are sentences.
        within: All words in an element.
        mass: All words of sentences in an element.
        beside: The place of the outermost element beside the matter around each, or itself; −1 for none.
    """

    def __init__(self, body: PageElement) -> None:
        self.nodes: list[PageElement] = []
        self.above: list[int] = []
        self.verdicts: list[Verdict] = []
        self.words: list[int] = []
        self.links: list[int] = []
        self._read(body)
        self._count()
        self._find_teasers()
        self._find_link_lists()
        self.beside = self._believe()

    def sum_up(self, counts: list[float]) -> None:
        """Add to each element what all inside of it count."""
        above = self.above
        for at in range(len(above) - 1, 0, -1):
            counts[above[at]] += counts[at]

    def _count(self) -> None:
        """Count what is right in each block, and add to each element what all inside of it count."""
        words, links, above = self.words, self.links, self.above
        self.sentences = [
            own + other if own >= _SENTENCE and own >= other and node.tag not in HEADINGS else 0
            for own, other, node in zip(words, links, self.nodes, strict=True)
        ]
        self._linked = linked = links[:]
        self.within = within = [own + other for own, other in zip(words, links, strict=True)]
        self.mass = mass = self.sentences[:]
        self._blocks = blocks = [int(count > 0) for count in mass]
        self._titles = titles = [int(other >= _TITLE and not own) for own, other in zip(words, links, strict=True)]
        self._heads = heads = [
            int(node.tag in _HEADS or node.attributes.get("itemprop") == "articleBody") for node in self.nodes
        ]
        self.ends = ends = list(range(1, len(above) + 1))
        for at in range(len(above) - 1, 0, -1):
            around = above[at]
            if within[at]:
                linked[around] += linked[at]
                within[around] += within[at]
                mass[around] += mass[at]
                blocks[around] += blocks[at]
                titles[around] += titles[at]
            heads[around] += heads[at]
            ends[around] = max(ends[around], ends[at])

    def _read(self, body: PageElement) -> None:
        said: dict[str | tuple[str | None, ...], Verdict] = {}
        pending: list[tuple[PageElement, int, int, bool, bool]] = [(body, -1, 0, False, False)]
        words, links, nodes = self.words, self.links, self.nodes
        while pending:
            node, above, holder, linked, in_code = pending.pop()
            tag, given, at = node.tag, node.attributes, len(nodes)
            key = (tag, given.get("class"), given.get("id"), given.get("role")) if given else tag
            verdict = said.get(key)
            if verdict is None:
                verdict = said[key] = judge(node) if at else MATTER
            # There names are of colours: a comment of a program is none of a reader.
            if in_code:
                verdict = MATTER
            nodes.append(node)
            self.above.append(above)
            self.verdicts.append(verdict)
            words.append(0)
            links.append(0)
            if tag in HOLDERS or tag in _GROUPS or verdict is not MATTER:
                holder = at
            linked = linked or tag == "a"
            in_code = in_code or tag in _CODE
            count = 0
            below = []
            for child in node.children:
                if isinstance(child, str):
                    if not child.isspace():
                        count += count_words(child)
                elif (child.tag not in MAY_BE_HIDDEN and "hidden" not in child.attributes) or not is_hidden(child):
                    below.append((child, at, holder, linked, in_code))
            if count:
                (links if linked else words)[holder] += count
            pending.extend(reversed(below))

    def _find_teasers(self) -> None:
        """Tell the teasers of other pages: elements of one class side by side, each with a link for its title."""
        groups: dict[tuple[int, str, str], list[int]] = {}
        for at, node in enumerate(self.nodes):
            if at and node.tag in _TEASER_TAGS and self.within[at]:
                name = node.attributes.get("class", "").strip().partition(" ")[0]
                groups.setdefault((self.above[at], node.tag, name), []).append(at)
        for (above, _, _), alike in groups.items():
            found = [at for at in alike if self._is_teaser(at)] if len(alike) >= _TEASERS else []
            if len(found) < max(_TEASERS, _ALIKE * len(alike)) or not any(self._blocks[at] for at in found):
                continue
            if sum(self.mass[at] for at in found) > _MOST_OF_PAGE * self.mass[0]:
                continue
            if sum(self.within[at] for at in found) >= _WHOLE * self.within[above]:
                found = [above]
            self._set_beside(found)

    def _is_teaser(self, at: int) -> bool:
        few = self.within[at] <= _TEASER and self._blocks[at] <= 1
        return few and 1 <= self._titles[at] <= _TITLES

    def _find_link_lists(self) -> None:
        """Tell the elements with a name that hold no sentence, and mostly links."""
        for at, node in enumerate(self.nodes):
            if self.mass[at] or self.within[at] < _FEWEST or self._linked[at] < _LINKED * self.within[at]:
                continue
            named = node.attributes.get("class") or node.attributes.get("id")
            if at and named and node.tag in _LINK_LISTS and not self._heads[at]:
                self._set_beside([at])

    def _set_beside(self, places: Sequence[int]) -> None:
        for at in places:
            if self.verdicts[at].bearing is Bearing.MATTER:
                self.verdicts[at] = Verdict(Bearing.BESIDE, BY_ITS_WORDS)

    def _believe(self) -> list[int]:
        """Find what stands beside the matter; a word that names the matter itself says nothing on this page."""
        beside = self._mark()
        while True:
            outside = sum(count for count, at in zip(self.sentences, beside, strict=True) if at < 0)
            few = outside < _FEW * self.mass[0]
            wrong = {at for at, mark in enumerate(beside) if mark == at and self._is_misnamed(at, few=few)}
            if not wrong:
                return beside
            words = {self.verdicts[at].word for at in wrong} - {""}
            for at, verdict in enumerate(self.verdicts):
                if at in wrong or verdict.word in words:
                    self.verdicts[at] = MATTER
            beside = self._mark()

    def _is_misnamed(self, at: int, *, few: bool) -> bool:
        verdict, with_headline = self.verdicts[at], self._heads[at] > 0
        share = self.mass[at] / max(self.mass[0], 1)
        if verdict.bearing is Bearing.LIKELY_BESIDE:
            return share > (_MISNAMED_WITH_HEADLINE if with_headline else _MISNAMED) and (few or with_headline)
        wraps = share > _WHOLE and verdict.word in WRAPPERS
        return few and share > _MISNAMED and (with_headline or wraps)

    def _mark(self) -> list[int]:
        beside: list[int] = [-1] * len(self.nodes)
        for at, verdict in enumerate(self.verdicts):
            around = beside[self.above[at]] if at else -1
            beside[at] = around if around >= 0 or verdict is MATTER else at
        return beside
