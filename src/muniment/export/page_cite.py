"""The citations in the page of a version, with a place for the paragraph that its address names."""

from __future__ import annotations

from dataclasses import replace

from muniment.cite import format_long, format_short
from muniment.cite.citation import format_locator
from muniment.digest import ni_uri
from muniment.display.frozen import plain
from muniment.export.material import Material
from muniment.export.page_facts import fact
from muniment.markup import Markup, element


def citations(material: Material) -> Markup:
    """Citations to copy; the script writes the paragraph that the address names into them."""
    citation = material.citation
    paragraph = material.version.record.paragraphs[0].id
    long, short = (
        _cite(name, write(citation), write(replace(citation, paragraph=paragraph)), format_locator(paragraph))
        for name, write in (("full citation", format_long), ("short citation", format_short))
    )
    # The script adds the paragraph as a fragment.
    reference = _citation("reference", citation.reference, {"data_whole": citation.reference, "data_is": "reference"})
    hashes = _citation("hash", ni_uri(citation.sha256), {"data_is": "ni"})
    return element(
        "section",
        element("h2", "Cite", id="cite"),
        element("p", "Of the whole version:", id="cited"),
        element(
            "dl",
            fact("Full", long),
            fact("Short", short),
            fact("Reference", reference),
            fact("Hash as a URI", hashes),
        ),
        element("p", id="copied", role="status"),
        aria_labelledby="cite",
    )


def _cite(name: str, whole: str, part: str, locator: str) -> Markup:
    """A citation, and what stands before and after the locator once there is one."""
    start = next(at for at, (a, b) in enumerate(zip(whole, part, strict=False)) if a != b)
    place = part.index(locator, start)
    forms = {"data_whole": whole, "data_before": part[:place], "data_after": part[place + len(locator) :]}
    return _citation(name, whole, {**forms, "id": name.partition(" ")[0]})


def _citation(name: str, said: str, forms: dict[str, str]) -> Markup:
    shown = {key: plain(value) for key, value in forms.items()}
    return element("span", plain(said), class_="citation", data_copy=name, **shown)
