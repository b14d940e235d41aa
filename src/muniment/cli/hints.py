"""What to do next, as the user of the command reads it: below the command no hint names a verb or an option.

There a hint is for people and programs alike, such as "name a release that is there"; the tables say which verb or
option does that here. They are held against the code below by ``tests/cli/test_hints.py``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from muniment.errors import MunimentError

if TYPE_CHECKING:
    from muniment.verify.report import Report

CLAUSES = {
    # To ask the web.
    "private addresses must be allowed": "--allow-private allows it",
    "private addresses must be allowed, and with them any port": "--allow-private allows any",
    "ask the publisher, or overrule it": "ask the publisher, or overrule it with --ignore-robots",
    # To have the words of a page.
    "its words may come by script, which a browser must run": (
        "its words may come by script: archive capture URL --release ID --render has a browser run it"
    ),
    # To look at what is there.
    "verify the archive": "run archive verify",
    "verify the archive, and keep both copies": "run archive verify, and keep both copies",
    "move it away, and verify the archive": "move it away, and run archive verify",
    "keep both, and verify one against the other": "keep both, and run archive verify --against",
    "name a release that is there": "archive list names the releases",
    "name a version that is there": "archive list names them",
    "compare the digests of the versions that are there": "archive list --json prints every digest",
    "give the whole hash, as the log has it": "archive log prints whole hashes",
    "look for what comes near": "archive find-quote says what comes near",
    # To compare with what is elsewhere.
    "give a newer archive or snapshot to compare with": "give a newer archive or snapshot with --against",
    "give a newer copy to compare with": "give a newer copy with --against",
    "give an older copy to compare with": "give an older copy with --against",
    "verify the archive, or give a copy of it to compare with": (
        "verify the archive, or give a copy of it with --against"
    ),
    "compare it with the archive, or give a copy or a snapshot of it to compare with": (
        "compare it with the archive, or give a copy or a snapshot of it with --against"
    ),
    "a copy or a snapshot of the archive, given to compare with, tells whose key it is": (
        "a copy or a snapshot of the archive, given with --against, tells whose key it is"
    ),
    "compare it with a copy from elsewhere, or give the digest of that one": (
        "compare it with a copy from elsewhere, or give that one with --root"
    ),
    "write both checkpoints down": "--evidence FILE writes both checkpoints down",
    "verify the archive, and write both checkpoints down": (
        "archive verify --evidence FILE writes both checkpoints down"
    ),
    # To cite.
    "give the whole citation": "archive cite prints the whole citation",
    "cite the version anew as BibLaTeX": "archive cite --format biblatex prints one",
    "cite the version anew as CSL-JSON": "archive cite --format csl-json prints one",
    "name that archive, or give a snapshot of the version": (
        "name that archive with --archive DIR, or give a snapshot of the version"
    ),
    # To make, to mend.
    "plan the import again": "run archive import again",
    "use one process": "give --jobs 1",
    "look at the preview with the order accepted": "archive preview --accept-order shows what would be taken",
    "make one, or name the folder of one": "archive init makes one, --archive names one",
    "make it again with the same keys": "run archive init again",
    "if those keys are yours, make the archive again with them, or recover it": (
        "if those keys are yours, run archive init with them, or archive recover"
    ),
    "add a first version": "archive add FILE --release ID",
    "add to it": "archive add FILE --release ID adds to it",
    "recover the archive": "archive recover",
    "then recover the archive": "then run archive recover",
    "move it away, then recover the archive": "move it away, then run archive recover",
    "unless a writer is at work, recovery removes it": "unless a writer is at work, archive recover removes it",
    "unless a writer is at work, recovery completes or removes it": (
        "unless a writer is at work, archive recover completes or removes it"
    ),
    "recovery completes it": "archive recover completes it",
    "recover from a copy": "archive recover --from COPY mends that",
    "recover from the newer copy": "archive recover --from COPY mends it from the newer copy",
    "recover from a copy or a snapshot": "archive recover --from COPY mends it from a copy or a snapshot",
    # To give with what is written.
    "give a title": "give --title",
    "name its charset, for example windows-1251": "name its charset, for example --charset windows-1251",
    "name a file in it": "name a file in it with -o",
    "let it be replaced, or name another file": "--force replaces it",
    "or let them be replaced": "--force replaces them",
    # To have keys, witnesses and authorities.
    "name the right record key": "name the right one with --key",
    "name the right log key": "name the right one with --log-key",
    "name each root key that shall sign": "name each root key that shall sign with --root-key",
    "name the key of the witness": "name the key with --key",
    "one that is made on an up-to-date copy of the archive": (
        "archive key add --request, on an up-to-date copy of the archive"
    ),
    "get its vkey from its keeper by another way than this request, and give it beside the request": (
        "get its vkey from its keeper by another way than this request, and give it with --log"
    ),
    "have a trust root name one, with the vkey that the witness gives you": (
        "archive key witness VKEY names one, with the vkey that the witness gives you"
    ),
    "remove the file, or have the witness named in a trust root": (
        "remove the file, or have the witness named with archive key witness VKEY"
    ),
    "have a trust root pin one, with its certificates": (
        "archive key authority NAME --url URL --certificates FILE.pem pins one"
    ),
    "ask the authorities for a stamp": "archive timestamp asks for one",
    "ask the authorities for another stamp": "archive timestamp --renew asks for another one",
    # What was expected, and what is not as it must be.
    "not the file that an export makes": "not the file that archive export makes",
    "the zip is not in the form that an export has": "the zip is not in the form that archive export writes",
    "a stored file, as an export has it": "a stored file, as archive export writes it",
    "one object, each name once, with the hash where a citation has it": (
        "one object, each name once, with the hash where archive cite writes it"
    ),
    "an index as an export of all has it": "a file as archive export --all writes it",
}
"""Clauses as they are said below the command, and what the user of the command reads."""

FORMS = (
    (r"name a paragraph of (\S+)", r"archive show \1 lists them"),
    (
        r"give a copy or a snapshot of the archive( that holds \S+)? to compare with",
        r"give a copy or a snapshot of the archive\1 with --against",
    ),
    (r"forget what was seen of (\S+)", r"archive memory forget \1"),
    (r"forget what was seen of (\S+), and verify again", r"archive memory forget \1, and verify again"),
    (r"cite (\S+) anew in each style", r"archive cite \1 prints the styles"),
    (
        r"ask the keeper for a request that begins at (\S+)(?: entr(?:y|ies))?",
        r"ask the keeper for archive witness request --old \1",
    ),
    (
        r"(no elements but .+), with the attributes that a citation has",
        r"\1, with the attributes that archive cite writes",
    ),
)
"""The same as regular expressions, where a name or a number is in it."""

_BETWEEN = re.compile(r"((?:;|:|\?) )")
"""What ends a clause."""


def for_command(hint: str) -> str:
    """Say a hint as the user of the command reads it: clause by clause; what names no command here stays as it is."""
    return "".join(_clause(part) for part in _BETWEEN.split(hint))


def _clause(said: str) -> str:
    if said in CLAUSES:
        return CLAUSES[said]
    matches = ((re.fullmatch(form, said), command) for form, command in FORMS)
    return next((match.expand(command) for match, command in matches if match is not None), said)


def error_line(error: MunimentError) -> str:
    """Give the one line of an error as the user of the command reads it."""
    return str(as_read(error))


def as_read(error: MunimentError) -> MunimentError:
    """Give an error as the user of the command reads it; what was found stays to the letter."""
    return MunimentError(
        for_command(error.what),
        where=error.where,
        expected=for_command(error.expected),
        found=error.found,
        hint=for_command(error.hint),
        check=error.check,
    )


def for_reader(report: Report) -> Report:
    """Give a report whose findings are said as the user of the command reads them."""
    findings = (
        replace(
            finding,
            what=for_command(finding.what),
            expected=for_command(finding.expected),
            hint=for_command(finding.hint),
        )
        for finding in report.findings
    )
    return replace(report, findings=tuple(findings))
