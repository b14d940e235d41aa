"""``archive site``: the archive as a web site, in a folder."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

import click

from muniment.cli.enclosing_archive import refuse_inside
from muniment.cli.options import as_json, in_archive, verb
from muniment.cli.target import no_memory_option, open_target
from muniment.cli.terminal import ProgressBar, json_text
from muniment.display import plain
from muniment.errors import InputError, UnavailableError
from muniment.site.folder import SiteFault, SiteReport, check_site, doubts_of, site_folder, write_site
from muniment.site.ledger import LEDGER, Ledger, read_again, read_ledger
from muniment.site.site import Settings, Site

_ADDRESS = re.compile(r"https?://[A-Za-z0-9][!#-;=?-Z_a-z~-]*[^/?#]")
_SHOWN = 20
"""Files that a check names; of the others it says how many there are."""


@verb(
    "archive site public",
    "archive site public --address https://archive.example.org",
    "archive site public --search pagefind --snapshots",
    "archive site public --check",
)
@click.argument("folder", metavar="OUT", type=click.Path(file_okay=False))
@click.option("--address", metavar="URL", help="Where the site will be (default: as the trust root says).")
@click.option(
    "--search",
    type=click.Choice(["titles", "pagefind"]),
    help="Who searches: a filter by title and subject, or Pagefind all words (default: titles).",
)
@click.option("--snapshots/--no-snapshots", default=None, help="Put the snapshot of each version beside its page.")
@click.option("--check", is_flag=True, help="Make it again and compare every byte; write nothing.")
@click.option("--anew", is_flag=True, help="Compare every file, not only those that should have changed.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
    metavar="N",
    help="Processes to use (default: one per CPU).",
)
@no_memory_option
@in_archive
@as_json
@click.pass_context
def command(
    ctx: click.Context,
    /,
    folder: str,
    *,
    address: str | None,
    search: str | None,
    snapshots: bool | None,
    jobs: int,
    **flags: bool,
) -> None:
    """Write the archive as a web site.

    OUT is a folder of plain files for any web host, or for a disk. It holds a page for each version, its history and
    its changes, each readable without a script; beside them what programs need. A page of a version checks itself in
    the browser. The same archive always gives the same bytes.

    Only what changed is written, so the same command brings the site up to date and ends an interrupted work. What
    was chosen is remembered in OUT. Exit code 1 says that a version does not verify: it is named, its page says so,
    and nothing of it is written. With --check it also says that OUT differs from what the archive gives.
    """
    out, check, as_json = Path(folder), flags["check"], flags["as_json"]
    archive, before = open_target(vouching=True), _read_outside(out)
    settings = _settings(before.settings or Settings(), address, search, snapshots=snapshots)
    extra = _pagefind if settings.search == "pagefind" else None
    if check:
        site = Site(archive, settings)
        if before.settings is None:
            raise UnavailableError("no site is there", where=folder, expected=LEDGER, hint="archive site writes one")
        with ProgressBar("checking the site") as bar:
            faults = check_site(site, out, bar.update, extra)
        _say_check(folder, site, before, faults, as_json=as_json)
        ctx.exit(1 if faults or site.faults else 0)
    site = Site(archive, settings, before.rows)
    with site_folder(out, site), ProgressBar("writing the site") as bar:
        known = Ledger(settings=settings) if flags["anew"] else read_again(out, before)
        report = write_site(site, out, known, bar.update, extra, jobs)
    _say(out, site, report, as_json=as_json)
    ctx.exit(1 if report.doubts else 0)


def _read_outside(folder: Path) -> Ledger:
    """Read what a folder says of its site; one that lies in an archive is refused."""
    refuse_inside(folder, "inside an archive, which would not verify then")
    return read_ledger(folder)


def _pagefind(site: Site, folder: Path) -> Iterable[tuple[str, bytes]]:
    from muniment.site.search_index import pagefind_files  # noqa: PLC0415 - start-up: asyncio

    return pagefind_files(site, folder)


def _settings(before: Settings, address: str | None, search: str | None, *, snapshots: bool | None) -> Settings:
    where = LEDGER if address is None else "--address"  # whoever may write to the folder may write another one
    address = before.address if address is None else address
    if address is not None and _ADDRESS.fullmatch(address) is None:
        expected = "https://archive.example.org, without a slash at its end"
        raise InputError("not the address of a site", where=where, expected=expected, found=address)
    return Settings(
        address=address,
        search="pagefind" if (search or before.search) == "pagefind" else "titles",
        snapshots=before.snapshots if snapshots is None else snapshots,
    )


def _say(out: Path, site: Site, report: SiteReport, *, as_json: bool) -> None:
    page = out / "index.html"
    if as_json:
        value = {
            "format": "muniment-site-report/1",
            "folder": str(out),
            "page": str(page),
            "checkpoint": site.archive.checkpoint.size,
            "files": report.files,
            "written": report.written,
            "removed": report.removed,
            "releases": report.releases,
        }
        taken = [{"subject": name, "files": count} for name, count in report.taken.items()]
        print(json_text({**value, **_doubts_json(report.doubts), **({"taken": taken} if taken else {})}))
        _say_taken(out, report.taken)
        return
    versions = sum(site.archive.counts.values())
    gone = f", {report.removed} removed" if report.removed else ""
    print(f"{plain(str(page))}: {versions} {'version' if versions == 1 else 'versions'} in {report.files} files")
    print(f"  {report.written} {'file' if report.written == 1 else 'files'} written{gone}")
    if report.doubts:
        _print_doubts(report.doubts)
        print("archive: note: pages say so in their place; archive verify says more", file=sys.stderr)
    _say_taken(out, report.taken)


def _say_taken(out: Path, taken: Mapping[str, int]) -> None:
    """Say what readers could get until now and cannot any longer: nobody else has told them, or the keeper."""
    if not taken:
        return
    files = sum(taken.values())
    what = f"{files} {'file' if files == 1 else 'files'} of {len(taken)} {'version' if len(taken) == 1 else 'versions'}"
    named = ", ".join(map(plain, islice(taken, _SHOWN)))
    more = f" and {len(taken) - _SHOWN} more" if len(taken) > _SHOWN else ""
    said = f"{what} that verified before and do not any longer were taken out of {plain(str(out))}: {named}{more}"
    print(f"archive: note: {said}; a copy of that folder may still have them", file=sys.stderr)


def _doubts_json(doubts: Mapping[str, str]) -> dict[str, object]:
    return {"doubts": [{"subject": name, "what": what} for name, what in doubts.items()]} if doubts else {}


def _print_doubts(doubts: Mapping[str, str]) -> None:
    for name, what in islice(doubts.items(), _SHOWN):
        print(f"FAILED {plain(name)}: {plain(what)}")
    if len(doubts) > _SHOWN:
        print(f"and {len(doubts) - _SHOWN} more")


def _say_check(folder: str, site: Site, before: Ledger, faults: tuple[SiteFault, ...], *, as_json: bool) -> None:
    size = site.archive.checkpoint.size
    if as_json:
        found = [{"path": fault.path, "what": fault.what} for fault in faults]
        value = {"format": "muniment-site-report/1", "folder": folder, "checkpoint": size, "faults": found}
        print(json_text({**value, **_doubts_json(doubts_of(site))}))
        return
    _print_doubts(doubts_of(site))
    if not faults:
        print(f"{plain(folder)}: every file is as the archive gives it, at log size {size}")
        return
    for fault in faults[:_SHOWN]:
        print(f"FAILED {plain(fault.path)}: {fault.what}")
    if len(faults) > _SHOWN:
        print(f"and {len(faults) - _SHOWN} more")
    grown = before.whole and before.size != size
    why = "the archive has grown since: " if grown else ""
    print(f"archive: note: {why}archive site {plain(folder)}{'' if grown else ' --anew'} mends it", file=sys.stderr)
