"""The main part of pages: words found beside two extractors of others, and time beside a bare parse.

``python bench/pages.py CORPUS…``: folders of checkouts of ``scrapinghub/article-extraction-benchmark`` (MIT), with
``ground-truth.json`` and ``html/*.html.gz``, or of ``Murrough-Foley/web-content-extraction-benchmark`` (CC-BY-4.0), of
which the articles are read.  ``trafilatura`` and ``readability-lxml`` are measured if installed.

F1, precision and recall are by words in order (longest common subsequence), as means over the pages; what has no letter
and no digit is no word.  Both truths leave the headline out, which we take, so each is also measured without the
lines that are an ``h1`` of the page.  Pages are split by host: our rule was made by the half ``read``; no page of the
half ``held back`` was looked at.  Pages like press releases are told by their host, their address and the labels of the
corpus.  Both corpora take four minutes of processor time, most of it that of the others.
"""

from __future__ import annotations

import gc
import gzip
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from rapidfuzz.distance import LCSseq
from selectolax.lexbor import LexborHTMLParser

from muniment.errors import SourceError
from muniment.sources import Wish
from muniment.sources.html import HtmlSource
from muniment.sources.html.charset import decode_page
from muniment.sources.html.element_index import ElementIndex
from muniment.sources.html.elements import PageElement, parse_page
from muniment.sources.html.extraction import extract_page
from muniment.sources.html.short_selectors import ShortSelectors
from muniment.sources.worker import end_process

_WORD = re.compile(r"\w")
_HEADLINE = re.compile(r"<h1\b.*?</h1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# Names of countries below which hosts have a second name of a kind.
_SECOND_LEVEL = re.compile(r"\.(?:co|com|org|gov|ac)\.\w\w$")
# What is like a press release, by its address and the labels of the corpus alone.
_INSTITUTIONS = re.compile(r"(?:^|\.)(?:gov|mil|edu|int|org|museum)(?:\.\w\w)?$|\.(?:ac|go|gouv|gob)\.\w\w$")
_RELEASES = re.compile(
    r"/(?:press|newsroom|media)(?:[-_/]|$)|press-?(?:release|room|cent(?:er|re))|news-?release|news-and-events|announc",
    re.IGNORECASE,
)
_LABELS = {"press-release", "government", "corporate", "announcement"}


class Page(NamedTuple):
    """A page, and the words of its article."""

    data: bytes
    address: str
    truth: list[str]
    labels: frozenset[str] = frozenset()

    @property
    def half(self) -> str:
        """Whether the rule was made by pages of this host."""
        parts = self._host().split(".")
        name = ".".join(parts[-3:] if _SECOND_LEVEL.search(self._host()) else parts[-2:])
        return "held back" if sha256(name.encode()).digest()[0] % 2 else "read"

    @property
    def is_like_a_release(self) -> bool:
        """Whether an institution speaks, or the address or the corpus says that it is news of who publishes it."""
        said = _RELEASES.search(urlsplit(self._whole()).path) or self.labels & _LABELS
        return bool(said or _INSTITUTIONS.search(self._host()))

    def _whole(self) -> str:
        return self.address if "//" in self.address else f"http://{self.address}"

    def _host(self) -> str:
        return (urlsplit(self._whole()).hostname or "").lower()


Extract = Callable[[Page], str]


def by_rule(page: Page) -> str:
    """The part that our rule proposes."""
    return taken(page.data, Wish(replace_invalid=True))


def by_keeper(page: Page) -> str:
    """The best that a keeper reaches with one selector: the element whose words are nearest to the truth."""
    root = parse_page(decode_page(page.data, replace_invalid=True).text)
    names, truth = ShortSelectors(ElementIndex(root)), set(page.truth)
    sizes: list[tuple[float, PageElement]] = []
    for node in root.elements():
        inside = node.text().split()
        common = sum(word in truth for word in inside)
        found = len(truth.intersection(inside))
        sizes.append((common / max(len(inside), 1) * found / max(len(truth), 1), node))
    best = sorted(sizes, key=lambda each: -each[0])[:5]
    texts = (taken(page.data, Wish(select=(names.name(node),), replace_invalid=True)) for _, node in best)
    return max(texts, key=lambda text: score(words(text), page.truth)[0])


def taken(data: bytes, wish: Wish) -> str:
    """The words of what is taken; nothing where it holds none."""
    try:
        return "\n".join(paragraph.text for paragraph in extract_page(data, None, wish).paragraphs)
    except SourceError:
        return ""


def by_trafilatura(page: Page) -> str:
    """What trafilatura takes."""
    import trafilatura  # noqa: PLC0415 - measured only where it is installed

    return trafilatura.extract(page.data, include_comments=False) or ""


def by_readability(page: Page) -> str:
    """What readability-lxml takes."""
    import readability  # noqa: PLC0415 - as above

    document = readability.Document(page.data.decode("utf-8", errors="replace"))
    return taken(document.summary().encode(), Wish(select=("body",)))


def score(found: list[str], truth: list[str]) -> tuple[float, float, float]:
    """F1, precision and recall by words in order."""
    common = LCSseq.similarity(found, truth)
    precision, recall = common / max(len(found), 1), common / max(len(truth), 1)
    return 2 * common / max(len(found) + len(truth), 1), precision, recall


def words(text: str) -> list[str]:
    """The words of a text."""
    return [word for word in text.split() if _WORD.search(word)]


def without_headlines(text: str, page: Page) -> str:
    """A text without the lines that are a headline of the page."""
    source = page.data.decode("utf-8", errors="replace")
    heads = {_folded(unescape(_TAG.sub(" ", head))) for head in _HEADLINE.findall(source)}
    return "\n".join(line for line in text.split("\n") if _folded(line.lstrip("# ")) not in heads - {""})


def _folded(text: str) -> str:
    return "".join(text.split()).lower()


def corpus(folder: Path) -> list[Page]:
    """The pages with the words of their articles, one of each address."""
    pages = _of_articles(folder) if (folder / "ground-truth.json").is_file() else _of_many_kinds(folder)
    return list({page.address: page for page in reversed(list(pages))}.values())[::-1]


def _of_articles(folder: Path) -> Iterator[Page]:
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    for name, value in sorted(truth.items()):
        data = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        yield Page(data, f"{value['url']}#{name}", words(value["articleBody"]))


def _of_many_kinds(folder: Path) -> Iterator[Page]:
    kinds = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))["files"]
    for path in sorted(folder.glob("*/ground-truth/*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        packed = path.parent.parent / "html" / f"{path.stem}.html.gz"
        text = value["ground_truth"].get("main_content")
        if text and packed.is_file() and kinds.get(path.stem, {}).get("page_type") == "article":
            labels = frozenset(value.get("_internal", {}).get("page_type", {}).get("tags", ()))
            yield Page(gzip.decompress(packed.read_bytes()), value.get("url") or path.stem, words(text), labels)


def measure_words(name: str, pages: list[Page], measured: list[tuple[str, Extract]]) -> None:
    """Print what each extractor finds, by halves."""
    texts = {who: [extract(page) for page in pages] for who, extract in measured}
    for half in ("read", "held back"):
        places = [at for at, page in enumerate(pages) if page.half == half]
        print_group(f"{name}, {half}", pages, texts, places)
        print_group(
            f"{name}, {half}, like releases", pages, texts, [at for at in places if pages[at].is_like_a_release]
        )


def print_group(name: str, pages: list[Page], texts: dict[str, list[str]], chosen: list[int]) -> None:
    """Print what each extractor finds on some of the pages."""
    if not chosen:
        return
    print(f"\n{name}: {len(chosen)} pages{'':22}without headlines")
    print(f"{'':18}{'F1':>7}{'precision':>11}{'recall':>8}{'lost >10 %':>12}{'F1':>12}{'precision':>11}{'recall':>8}")
    for who, found in texts.items():
        plain = [score(words(found[at]), pages[at].truth) for at in chosen]
        aside = [score(words(without_headlines(found[at], pages[at])), pages[at].truth) for at in chosen]
        means = [statistics.mean(values) for scores in (plain, aside) for values in zip(*scores, strict=True)]
        lost = sum(recall < 0.9 for _, _, recall in plain)
        print(
            f"{who:18}{means[0]:7.3f}{means[1]:11.3f}{means[2]:8.3f}{lost:12}"
            f"{means[3]:12.3f}{means[4]:11.3f}{means[5]:8.3f}"
        )


def measure_time(pages: list[Page]) -> None:
    """Print the processor time of our reading of each page beside a bare parse of the same text."""
    gc.freeze()
    texts = [decode_page(page.data, replace_invalid=True).text for page in pages]
    bare = [_timed(lambda text=text: LexborHTMLParser(text, scripting=True)) for text in texts]  # type: ignore[misc]
    print(f"\n{len(pages)} pages, {1000 * sum(bare) / len(pages):.1f} ms the bare parse")
    for what, wish in (
        ("by our rule", Wish(replace_invalid=True)),
        ("body", Wish(select=("body",), replace_invalid=True)),
    ):
        ours = [_timed(lambda page=page, wish=wish: taken(page.data, wish)) for page in pages]  # type: ignore[misc]
        median = statistics.median(one / max(other, 1e-9) for one, other in zip(ours, bare, strict=True))
        print(
            f"{what:12}{1000 * sum(ours) / len(pages):7.1f} ms a page: {sum(ours) / sum(bare):.1f} times in all,",
            end="",
        )
        print(f" {median:.1f} the median")
    end_process()
    before = _with_children()
    for page in pages:
        try:
            HtmlSource().extract(page.data, None, wish=Wish(replace_invalid=True))
        except SourceError:
            continue
    end_process()
    spent = _with_children() - before
    each, times = 1000 * spent / len(pages), spent / sum(bare)
    print(f"{'in a worker':12}{each:7.1f} ms a page, its start with it: {times:.1f} times in all")


def _timed(work: Callable[[], object]) -> float:
    """Time some work as the worker does it: its memory is given back after it."""
    gc.disable()
    start = time.process_time()
    work()
    spent = time.process_time() - start
    gc.enable()
    gc.collect()
    return spent


def _with_children() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main() -> None:
    """Measure and print."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    others: list[tuple[str, str, Extract]] = [
        ("trafilatura", "trafilatura", by_trafilatura),
        ("readability-lxml", "readability", by_readability),
    ]
    measured: list[tuple[str, Extract]] = [("our rule", by_rule), ("one selector", by_keeper)]
    measured += [(name, extract) for name, package, extract in others if find_spec(package)]
    corpora = [(Path(name).name, corpus(Path(name))) for name in sys.argv[1:]]
    measure_time(corpora[0][1])
    for name, pages in corpora:
        measure_words(name, pages, measured)


if __name__ == "__main__":
    main()
