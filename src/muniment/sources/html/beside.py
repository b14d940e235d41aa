"""What stands beside the matter of a page, by the names and roles that pages give to their parts.

Names are words of classes and ids, parted by hyphens, low lines and capitals inside of a word.  A name is only a hint:
``page_blocks`` says where it is not believed.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from muniment.sources.html.elements import PageElement


class Bearing(Enum):
    """Where an element stands, by its own name."""

    MATTER = 0
    LIKELY_BESIDE = 1
    BESIDE = 2


class Verdict(NamedTuple):
    """What is said of an element.

    Attributes:
        bearing: Where it stands.
        selector: What said so, as a selector; empty where nothing did.
        word: The word of its name that said so; empty for a tag or a role.
    """

    bearing: Bearing
    selector: str = ""
    word: str = ""


MATTER: Final = Verdict(Bearing.MATTER)
WRAPPERS: Final = frozenset(("share", "sharing", "social", "modal", "popup"))
"""Words that at times name what lies around the whole matter."""

_NEVER: Final = frozenset(("main", "article", "body", "h1"))
_TAGS: Final = frozenset(("nav", "button", "figcaption", "footer"))
_LIKELY_TAGS: Final = frozenset(
    ("aside", "form", "header", "label", "fieldset", "legend", "time", "small", "menu", "dialog")
)
_ROLES: Final = frozenset((
    "navigation", "contentinfo", "complementary", "search", "banner", "dialog", "alertdialog", "menu", "menubar",
    "toolbar", "button", "tablist",
))  # fmt: skip
_NAMES: Final = re.compile(
    r"(?:^|[_-])(comments?|commentlist|respond|disqus|cookies?|consent|gdpr|breadcrumbs?|share|sharing|sharedaddy|"
    r"addtoany|social|modal|popup|footer|screen-reader-text|sr-only|visually-hidden|visuallyhidden|skip-?link)(?:$|[_-])",
    re.IGNORECASE,
)
_LIKELY_NAMES: Final = re.compile(
    r"(?:^|[_-])(nav|navbar|navigation|menu|sidebar|related|promo|byline|author|bio|vcard|newsletter|sign-?up|banner|"
    r"advert\w*|ads?|teasers?|recommend\w*|popular|trending|more-news|more-from|read-?more|disclaimer|caption|credit|"
    r"subscribe|subscription|cta|table-of-contents|tags?|toolbar|meta|timestamp|pagination|pager|rating|login|outbrain|"
    r"taboola|copyright|excerpt|tooltip|overlay|gallery|buttons?|btn|authors|follow)(?:$|[_-])|^(toc)(?:$|[_-](?:container|list|nav|widget|wrapper|title|toggle))",
    re.IGNORECASE,
)
# What is called so lies around the matter as often as beside it, unless it is a footer.
_AROUND: Final = re.compile("content|wrap", re.IGNORECASE)
# What says that something is there or not names nothing: ``no-sidebar``.
_SAYS_WHETHER: Final = re.compile("(?:no|not|has|is|with|without)[_-]", re.IGNORECASE)
_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def judge(node: PageElement) -> Verdict:
    """Say where an element stands by its tag, its classes and its id, and its role, in this order."""
    if node.tag in _TAGS:
        return Verdict(Bearing.BESIDE, node.tag)
    if node.tag in _NEVER:
        return MATTER
    found = MATTER
    for sign, member in ((".", "class"), ("#", "id")):
        for name in node.attributes.get(member, "").split():
            verdict = _by_name(name, sign)
            if verdict.bearing is Bearing.BESIDE:
                return verdict
            if found is MATTER:
                found = verdict
    return _by_kind(node) if found is MATTER else found


@lru_cache(maxsize=8192)
def _by_name(name: str, sign: str) -> Verdict:
    parted = _CAPITAL.sub("-", name)
    if _SAYS_WHETHER.match(parted):
        return MATTER
    sure = _NAMES.search(parted)
    if sure and (sure[1].lower() == "footer" or not _AROUND.search(parted)):
        return Verdict(Bearing.BESIDE, sign + name, sure[1].lower())
    match = sure or _LIKELY_NAMES.search(parted)
    if match is None or match.lastindex is None:
        return MATTER
    return Verdict(Bearing.LIKELY_BESIDE, sign + name, match[match.lastindex].lower())


def _by_kind(node: PageElement) -> Verdict:
    if node.tag in _LIKELY_TAGS:
        return Verdict(Bearing.LIKELY_BESIDE, node.tag)
    role = node.attributes.get("role", "")
    return Verdict(Bearing.LIKELY_BESIDE, f"[role={role}]") if role in _ROLES else MATTER
