"""What a web site of an archive costs: each version, one version more, and beside Hugo, all in one run.

``python bench/site.py [--releases 2000] [--versions 5] [--hugo PATH]`` prints processor time a version, the share of a
full build that one more version costs, the peak of memory, and the ratio to Hugo making a page of the same words for
each version.  Hugo makes no comparisons, no proofs, no feeds of a release and no citations.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from corpus import founders

from muniment.archive import open_archive
from muniment.ingest import Source
from muniment.store import LocalStore
from muniment.write.create import create_archive
from muniment.write.version import Author, Keys, Publication, add_publications

NOW = "2026-11-22T10:00:00Z"
BATCH, PARAGRAPHS, WORDS = 256, 8, 14
LEXICON = [
    "harbour",
    "berth",
    "closed",
    "tide",
    "crane",
    "pilot",
    "notice",
    "vessel",
    "warden",
    "quay",
    "signal",
    "repair",
]


def publications(releases: int, versions: int) -> list[Publication]:
    """Versions of many releases: in each, some words of one paragraph differ from the version before."""
    rng, texts, made = random.Random(4), {}, []
    for version in range(versions):
        for number in range(releases):
            release = f"notice-{number:05}"
            if version == 0:
                texts[release] = [[rng.choice(LEXICON) for _ in range(WORDS)] for _ in range(PARAGRAPHS)]
            else:
                words = rng.choice(texts[release])
                for _ in range(4):
                    words[rng.randrange(WORDS)] = rng.choice(LEXICON)
            body = [f"{part}. {' '.join(words).capitalize()}." for part, words in enumerate(texts[release], 1)]
            text = "\n\n".join([f"Notice {number} on the harbour", *body])
            about = {
                "title": f"Notice {number} on the harbour",
                "language": "en",
                "issuer": "Port of Example",
                "issued": {
                    "date": f"{2010 + number % 15}-0{1 + number % 9}-1{version % 9}",
                    "basis": "stated",
                    "note": None,
                },
                "subjects": ["harbour", f"berth {number % 7}"],
            }
            made.append(Publication(release, Source(f"{text}\n".encode(), "notice.txt", NOW), about))
    return made


def one_more(last: Publication) -> Publication:
    """The next version of a release: the text of the last one again, which alone would make none, with a word more."""
    assert isinstance(last.source, Source)
    return replace(last, source=replace(last.source, data=last.source.data.rstrip(b".\n") + b" again.\n"))


def build(folder: Path, made: list[Publication]) -> Keys:
    """Make an archive of them, in batches."""
    keys = founders()
    store = LocalStore(folder, sync=False)
    create_archive(store, keys, origin="press.example.org/archive", now=NOW)
    mine = Keys(keys.record, keys.log)
    for at in range(0, len(made), BATCH):
        add_publications(store, mine, made[at : at + BATCH], Author(NOW))
    return mine


def spent(command: list[str], folder: Path) -> tuple[float, int]:
    """Run a command; give the processor time of it and of its children in seconds, and its peak of memory in MB."""
    # As installed: the modules are compiled once, and not at each start.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"ARCHIVE_MEMORY": str(folder / "memory")}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, command
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def hugo_pages(archive: Path, folder: Path) -> None:
    """A page of the same words for each version, and the plainest templates that show them."""
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    (folder / "hugo.toml").write_text('baseURL = "https://example.org/"\ndisableKinds = ["taxonomy", "term", "RSS"]\n')
    head = "<!DOCTYPE html><html lang=en><head><title>{{ .Title }}</title></head><body>"
    (layouts / "single.html").write_text(f"{head}<h1>{{{{ .Title }}}}</h1>{{{{ .Content }}}}</body></html>")
    listed = "{{ range .Pages }}<p><a href='{{ .RelPermalink }}'>{{ .Title }}</a></p>{{ end }}"
    (layouts / "list.html").write_text(f"{head}{listed}</body></html>")
    opened = open_archive(LocalStore(archive))
    for release, entries in opened.versions.items():
        (folder / "content" / release).mkdir(parents=True)
        for entry in entries:
            record = opened.read_entry(entry).record
            words = "\n\n".join(f"{paragraph.label or ''} {paragraph.text}".strip() for paragraph in record.paragraphs)
            head = f'---\ntitle: "{record.description.title}"\ndate: {record.description.issued.date}\n---\n'
            (folder / "content" / release / f"v{record.version}.md").write_text(f"{head}{words}\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--releases", type=int, default=2000)
    parser.add_argument("--versions", type=int, default=5)
    parser.add_argument("--hugo", default=shutil.which("hugo"))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive, out = folder / "archive", folder / "out"
        archive.mkdir()
        made = publications(chosen.releases, chosen.versions)
        keys = build(archive, made)
        command = [
            str(Path(sys.executable).parent / "archive"),
            "--archive",
            str(archive),
            "site",
            "--jobs",
            "1",
            str(out),
        ]
        spent([command[0], "site", "--help"], folder)
        full, peak = spent(command, folder)
        print(f"{len(made)} versions: {full / len(made) * 1000:.2f} ms of processor time a version, peak {peak} MB")
        if chosen.hugo:
            hugo_pages(archive, folder / "hugo")
            other, _ = spent([chosen.hugo, "--source", str(folder / "hugo"), "--quiet"], folder)
            again, _ = spent([*command[:-1], str(folder / "again")], folder)
            print(f"beside Hugo, a page of the same words a version: {min(full, again) / other:.2f}")
        add_publications(LocalStore(archive), keys, [one_more(made[-1])], Author(NOW))
        more, _ = spent(command, folder)
        print(f"one version more: {more / full * 100:.2f} % of a full build")
        nothing, _ = spent(command, folder)
        print(f"nothing new: {nothing / full * 100:.2f} %")


if __name__ == "__main__":
    main()
