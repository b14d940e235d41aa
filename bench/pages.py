"""The main part of pages: words found beside two extractors of others, and time beside a bare parse.

``python bench/pages.py CORPUS``: the folder of a checkout of ``scrapinghub/article-extraction-benchmark`` (MIT), with
``ground-truth.json`` and ``html/*.html.gz``.  ``trafilatura`` and ``readability-lxml`` are measured if installed.
F1, precision and recall are by words in order (longest common subsequence), as means over the pages.
"""

from __future__ import annotations

import gzip
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from rapidfuzz.distance import LCSseq
from selectolax.lexbor import LexborHTMLParser

from muniment.errors import SourceError
from muniment.sources import Wish
from muniment.sources.html.charset import decode_page
from muniment.sources.html.element_index import ElementIndex
from muniment.sources.html.elements import PageElement, parse_page
from muniment.sources.html.extraction import extract_page
from muniment.sources.html.short_selectors import ShortSelectors

Page = tuple[bytes, list[str]]
Extract = Callable[[Page], str]


def by_rule(page: Page) -> str:
    """The part that our rule proposes."""
    return taken(page[0], Wish(replace_invalid=True))


def by_keeper(page: Page) -> str:
    """The best that a keeper reaches with one selector: the element whose words are nearest to the truth."""
    root = parse_page(decode_page(page[0], replace_invalid=True).text)
    names, truth = ShortSelectors(ElementIndex(root)), set(page[1])
    sizes: list[tuple[float, PageElement]] = []
    for node in root.elements():
        words = node.text().split()
        common = sum(word in truth for word in words)
        found = len(truth.intersection(words))
        sizes.append((common / max(len(words), 1) * found / max(len(truth), 1), node))
    best = sorted(sizes, key=lambda each: -each[0])[:5]
    texts = (taken(page[0], Wish(select=(names.name(node),), replace_invalid=True)) for _, node in best)
    return max(texts, key=lambda text: score(text.split(), page[1])[0])


def taken(data: bytes, wish: Wish) -> str:
    """The words of what is taken; nothing where it holds none."""
    try:
        return "\n".join(paragraph.text for paragraph in extract_page(data, None, wish).paragraphs)
    except SourceError:
        return ""


def by_trafilatura(page: Page) -> str:
    """What trafilatura takes."""
    import trafilatura  # noqa: PLC0415 - measured only where it is installed

    return trafilatura.extract(page[0], include_comments=False) or ""


def by_readability(page: Page) -> str:
    """What readability-lxml takes."""
    import readability  # noqa: PLC0415 - as above

    document = readability.Document(page[0].decode("utf-8", errors="replace"))
    return taken(document.summary().encode(), Wish(select=("body",)))


def score(found: list[str], truth: list[str]) -> tuple[float, float, float]:
    """F1, precision and recall by words in order."""
    common = LCSseq.similarity(found, truth)
    precision, recall = common / max(len(found), 1), common / max(len(truth), 1)
    return 2 * common / max(len(found) + len(truth), 1), precision, recall


def corpus(folder: Path) -> list[Page]:
    """The pages with the words of their articles."""
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        (gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()), value["articleBody"].split())
        for name, value in sorted(truth.items())
    ]


def measure_time(pages: list[Page]) -> None:
    """Time our reading of each page beside a bare parse of the same text, in turn."""
    ratios, ours, bare = [], 0.0, 0.0
    for data, _ in pages:
        text = decode_page(data, replace_invalid=True).text
        start = time.process_time()
        LexborHTMLParser(text, scripting=True)
        middle = time.process_time()
        taken(data, Wish(select=("body",), replace_invalid=True))
        end = time.process_time()
        ratios.append((end - middle) / max(middle - start, 1e-9))
        ours, bare = ours + end - middle, bare + middle - start
    print(f"time: {ours / bare:.1f} times a bare parse in all, {statistics.median(ratios):.1f} for the median page")
    print(f"      {1000 * ours / len(pages):.1f} ms a page, {1000 * bare / len(pages):.1f} ms the parse")


def main() -> None:
    """Measure and print."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    pages = corpus(Path(sys.argv[1]))
    others: list[tuple[str, str, Extract]] = [
        ("trafilatura", "trafilatura", by_trafilatura),
        ("readability-lxml", "readability", by_readability),
    ]
    measured: list[tuple[str, Extract]] = [("our rule", by_rule), ("one selector", by_keeper)]
    measured += [(name, extract) for name, package, extract in others if find_spec(package)]
    print(f"{len(pages)} pages\n{'':18}{'F1':>7}{'precision':>11}{'recall':>8}{'lost >10 %':>12}")
    for name, extract in measured:
        scores = [score(extract(page).split(), page[1]) for page in pages]
        means = [statistics.mean(values) for values in zip(*scores, strict=True)]
        lost = sum(recall < 0.9 for _, _, recall in scores)
        print(f"{name:18}{means[0]:7.3f}{means[1]:11.3f}{means[2]:8.3f}{lost:12}")
    measure_time(pages)


if __name__ == "__main__":
    main()
