"""Rebuild the shipped archive from its own original, with new keys.

Run it as ``python scripts/build_archive.py KEYS [--original FILE]``.  KEYS is a folder outside the checkout for the new
private keys; it must be new or empty.  The archive is built aside, verified, and only then put in the place of
``archive/``.  A rebuilt archive has a new trust root: its digest in the README must follow.  This script is for the
time in which the format is below 1.0; afterwards an archive only grows.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from muniment.ingest import Source, locate
from muniment.record import Emendation, Record
from muniment.ssh.keys import PrivateKey, format_private_key, format_public_key, generate_key
from muniment.store import LocalStore
from muniment.verify.archive import verify_archive
from muniment.write.create import InitialKeys, create_archive
from muniment.write.version import Author, Keys, add_emendations, add_publication

HERE = Path(__file__).resolve().parents[1]
ARCHIVE = HERE / "archive"
RELEASE = "kz-events-2022-01"
STORED = ARCHIVE / "releases" / RELEASE / "v1" / "content" / "original.txt"
ORIGIN = "muniment.example.org/archive"
RECEIVED_AS, RECEIVED_ON = "000_888e3b165bbc46cc.txt", "2026-11-22"

PUBLISHED = {
    "language": "en",
    "issuer": None,
    "genre": {"term": "press release", "basis": "stated", "note": "The title says so."},
    "issued": {
        "date": "2022-01",
        "basis": "inferred",
        "note": "The bytes carry no date of issue. Inferred from the text: paragraph 21 speaks of January 7, 2022 "
        "as past, paragraph 26 of January 10, 2022 as a day declared for mourning.",
    },
}
DESCRIBED = {
    "abstract": "A press release in 26 numbered paragraphs on events in the Republic of Kazakhstan in January 2022.",
    "subjects": [
        "Kazakhstan",
        "Events of January 2022 in Kazakhstan",
        "Prices of liquefied petroleum gas",
        "Demonstrations",
        "State of emergency",
        "Collective Security Treaty Organization (CSTO)",
        "Day of national mourning",
    ],
    "temporal": ["2022-01-02", "2022-01-04", "2022-01-06", "2022-01-07", "2022-01-10"],
}


def supply_missing_word(record: Record, by: str) -> list[Emendation]:
    """Supply "of" in paragraph 26: "President Tokayev Kazakhstan declared"."""
    paragraph = next(paragraph for paragraph in record.paragraphs if paragraph.id == "p26")
    _, end = locate(paragraph, "President Tokayev")
    reason = "The grammar lacks a word between “President Tokayev” and “Kazakhstan”."
    return [Emendation("p26", end, end, "supplied", " of", reason, by)]


def make_keys(folder: Path) -> InitialKeys:
    """Make three keys in a folder that nobody else may read."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: existing keys are never overwritten")
    made: dict[str, PrivateKey] = {}
    for role in ("root", "record", "log"):
        made[role] = key = generate_key()
        private = folder / role
        private.touch(mode=0o600)
        private.write_bytes(format_private_key(key, comment=f"{role} key of {ORIGIN}"))
        public = format_public_key(key.public, f"{role} key of {ORIGIN}")
        private.with_suffix(".pub").write_text(f"{public}\n", encoding="utf-8")
    return InitialKeys(made["root"], made["record"], made["log"])


def build(folder: Path, original: bytes, founders: InitialKeys) -> None:
    """Make the archive with its two versions."""
    store, keys = LocalStore(folder), Keys(founders.record, founders.log)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    create_archive(store, founders, origin=ORIGIN, now=now)
    source = Source(original, RECEIVED_AS, RECEIVED_ON)
    note = "The statement as received."
    add_publication(store, keys, RELEASE, source, PUBLISHED, Author(now, note=note))
    note = "One word supplied in paragraph 26; description added. The words as received are unchanged."
    add_emendations(store, keys, RELEASE, supply_missing_word, DESCRIBED, Author(now, note=note))


def main() -> None:
    """Build aside, verify, and put in place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("keys", type=Path, help="folder for the new private keys, outside the checkout")
    parser.add_argument("--original", type=Path, default=STORED, help="the bytes as received")
    options = parser.parse_args()
    if options.keys.resolve().is_relative_to(HERE):
        sys.exit("private keys must stay out of the checkout")
    original = options.original.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder) / "archive"
        build(aside, original, make_keys(options.keys))
        report = verify_archive(LocalStore(aside))
        if report.verdict != "verified":
            sys.exit(f"the new archive does not verify: {report.failures}")
        (aside / ".lock").unlink(missing_ok=True)
        if ARCHIVE.exists():
            shutil.rmtree(ARCHIVE)
        shutil.copytree(aside, ARCHIVE)
    print(f"trust root: {report.root}")


if __name__ == "__main__":
    main()
