"""What programs are given as JSON: ``list``, ``diff``, ``blame`` and ``when`` in their public forms.

The forms are those of ``schemas/``, so that who reads what the command prints reads this too.  Nothing is given that
does not verify: what was asked for by name is an error then, and what a search would find is left out and named among
the doubts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from muniment.archive import StoredVersion
from muniment.canonical import Json
from muniment.diff.views.json import diff_json
from muniment.diff.views.sides import party_of, version_side
from muniment.errors import IntegrityError
from muniment.history import Trace, blame, find_phrase
from muniment.history.index.lookup import SearchIndex
from muniment.history.moments import Moment
from muniment.history.public_json import blame_json, list_json, when_json
from muniment.site.catalogue import fault_words
from muniment.site.site import Site
from muniment.verify.times import prove_times


def moment_of(site: Site, version: StoredVersion) -> Moment:
    """Give the moment of a version, with the time that is proven for it."""
    return replace(Moment.of(version), proven=site.earliest(version.index))


def doubts_of(site: Site) -> list[dict[str, str]]:
    """Say which time stamps and cosignatures do not hold: they prove nothing."""
    found = site.kept.get(("doubts", ""))
    if not isinstance(found, list):
        found = []
        if site.proven or site.archive.stamps:
            doubts = prove_times(site.archive).doubts
            found = [{"subject": doubt.subject, "what": doubt.what} for doubt in doubts]
        site.kept["doubts", ""] = found
    return found


def releases_answer(site: Site, releases: tuple[str, ...]) -> dict[str, object]:
    """Give every version of some releases, as ``list`` does (``schemas/list.schema.json``).

    Raises:
        IntegrityError: A version of the only one that was asked for does not verify; of several it is left out.
    """
    left_out: dict[str, str] = {}
    for release in releases:
        try:
            for entry in site.entries(release):
                site.version(release, entry.statement.version)  # which refuses what its signer does not stand for
        except IntegrityError as error:
            if len(releases) == 1:
                raise
            left_out[release] = fault_words(error)
    value = list_json(site.archive, [one for one in releases if one not in left_out], earliest=site.earliest)
    doubts = [*doubts_of(site), *left_out_json(left_out)]
    return {**value, **({"doubts": doubts} if doubts else {})}


def changes_answer(site: Site, release: str, before: int, version: int) -> dict[str, Json]:
    """Compare two versions, as ``diff`` does (``schemas/diff.schema.json``)."""
    one, other = site.version(release, before), site.version(release, version)
    sides = (version_side(site.archive, one), version_side(site.archive, other))
    return diff_json(party_of(sides[0]), party_of(sides[1]), site.selection(one, other))


def blame_answer(site: Site, release: str, version: int) -> dict[str, object]:
    """Say which version brought each paragraph, as ``blame`` does (``schemas/blame.schema.json``)."""
    site.entry(release, version)
    versions = [site.version(release, number) for number in range(1, version + 1)]
    chosen = blame([stored.record for stored in versions]).paragraphs
    named = {version} | {one.brought for one in chosen}
    moments = [moment_of(site, stored) for stored in versions if stored.record.version in named]
    value = blame_json(chosen, versions[-1], moments, words=False)
    return {**value, "doubts": doubts_of(site)}


@dataclass(slots=True)
class Followed:
    """A phrase through time.

    Attributes:
        seen: The traces in which it is seen, by release.
        moments: Those of their versions, by reference.
        left_out: Releases that do not verify, and what is wrong with them.
    """

    seen: dict[str, Trace] = field(default_factory=dict)
    moments: dict[str, Moment] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def follow_phrase(site: Site, index: SearchIndex, phrase: str, *, exact: bool) -> Followed:
    """Follow a phrase through all versions of all releases in which it may stand.

    Raises:
        InputError: The phrase holds nothing that could be searched for.
    """
    likely = index.releases_with(phrase, exact=exact)
    find_phrase(phrase, [], exact=exact)  # which refuses a phrase of nothing
    followed = Followed()
    for release in site.archive.releases:
        if likely is not None and release not in likely:
            continue
        try:
            versions = [site.version(release, entry.statement.version) for entry in site.entries(release)]
        except IntegrityError as error:
            followed.left_out[release] = fault_words(error)
            continue
        trace = find_phrase(phrase, [stored.record for stored in versions], exact=exact)
        if trace.seen:
            followed.seen[release] = trace
            followed.moments |= {stored.statement.name: moment_of(site, stored) for stored in versions}
    return followed


def phrase_answer(site: Site, index: SearchIndex, phrase: str, *, exact: bool) -> dict[str, object]:
    """Say in which versions a phrase stands, as ``when`` does (``schemas/when.schema.json``).

    Where it stands in none, what comes nearest is not looked for here: that reads every version.
    """
    followed = follow_phrase(site, index, phrase, exact=exact)
    searched: dict[str, object] = {
        "releases": len(site.archive.releases),
        "versions": sum(site.archive.counts.values()),
    }
    value = when_json(phrase, followed.seen, followed.moments, searched, exact=exact)
    doubts = [*doubts_of(site), *left_out_json(followed.left_out)]
    return {**value, "case_sensitive": exact, "nearest": None, "doubts": doubts}


def left_out_json(left_out: Mapping[str, str]) -> list[dict[str, str]]:
    """Name among the doubts what was left out."""
    return [{"subject": name, "what": f"left out: {what}"} for name, what in left_out.items()]
