"""Check 12: what a time stamp proves, and every way in which it does not."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from tests.timestamp.authority import GENERATED, make_authority
from tests.timestamp.stamping import CLOCK, NONCE, PINNED, STAMPED, WATCH, pin, stamp
from tests.verify.forge import failed, with_log

from muniment.archive import open_archive
from muniment.archive.existence import Dated, Proven, covering
from muniment.archive.paths import TIMESTAMPS
from muniment.digest import format_digest, sha256_hex
from muniment.log.statement import StampStatement, Statement
from muniment.reference import Reference
from muniment.store import MemoryStore
from muniment.timestamp.request import make_request
from muniment.verify.archive import verify_archive
from muniment.verify.public_json import report_as_json
from muniment.verify.report import Tally
from muniment.verify.times import check_stamps
from muniment.write.create import InitialKeys
from muniment.write.version import Author, Keys, add_description

TSQ, TSR = f"{TIMESTAMPS}/5.1.tsq", f"{TIMESTAMPS}/5.1.tsr"
ENTRY = "log entry 5 (time stamp 5.1)"


@pytest.fixture
def stamped(small_archive: MemoryStore, founders: InitialKeys) -> MemoryStore:
    """Entries: root 1, harbour v1, harbour v2, tide v1, root 2 with clock and watch, stamps 5.1 and 5.2 of these."""
    pin(small_archive, founders)
    stamp(small_archive, founders, size=5)
    stamp(small_archive, founders, "watch", WATCH.but(accuracy=1), size=5)
    return small_archive


def said(store: MemoryStore) -> list[Statement]:
    """The entries of the log."""
    return list(open_archive(store).statements)


def relogged(store: MemoryStore, founders: InitialKeys, **changes: object) -> MemoryStore:
    """Write the log anew with another statement of the first stamp, as whoever has the log key can."""
    entries = said(store)
    assert isinstance(entries[5], StampStatement)
    entries[5] = replace(entries[5], **changes)  # type: ignore[arg-type]
    return with_log_and_stamps(store, entries, founders)


def with_log_and_stamps(store: MemoryStore, entries: list[Statement], founders: InitialKeys) -> MemoryStore:
    """Write the log anew; the files of the stamps stay."""
    kept = {path: data for path, data in store.files.items() if path.startswith(f"{TIMESTAMPS}/")}
    return MemoryStore({**with_log(store, entries, founders.log).files, **kept})


def test_what_is_proven(stamped: MemoryStore) -> None:
    """Each good stamp proves the entries up to its size not later than its time and accuracy."""
    report = verify_archive(stamped)

    assert report.verdict == "verified"
    assert report.passed[12] == 2
    assert report.proven == (Proven(5, STAMPED, "clock"), Proven(5, "2026-11-22T10:30:01Z", "watch"))
    claimed = [entry.logged_at for entry in said(stamped)[1:4] if hasattr(entry, "release")]
    assert report.dated == (
        Dated("harbour/v1", 1, claimed[0]),
        Dated("harbour/v2", 2, claimed[1]),
        Dated("tide/v1", 3, claimed[2]),
    )


def test_per_version(stamped: MemoryStore, keys: Keys, founders: InitialKeys) -> None:
    """A version has the earliest time of each authority that covers it, the earliest first; a newer one has none."""
    add_description(stamped, keys, "tide", {"subjects": ["tides"]}, Author(STAMPED))
    value = report_as_json(verify_archive(stamped))
    versions = {each["reference"]: each["proven"] for each in value["versions"]}  # type: ignore[attr-defined]
    both = [{"time": STAMPED, "who": "clock"}, {"time": "2026-11-22T10:30:01Z", "who": "watch"}]
    assert versions == {"harbour/v1": both, "harbour/v2": both, "tide/v1": both, "tide/v2": []}

    later = CLOCK.but(generated=GENERATED.replace(hour=11))
    stamp(stamped, founders, authority=later)
    only = verify_archive(stamped, only=Reference("tide", 2))
    assert [each.reference for each in only.dated] == ["tide/v2"]
    assert covering(only.proven, only.dated[0].index) == (Proven(8, "2026-11-22T11:30:00Z", "clock"),)
    only = verify_archive(stamped, only=Reference("harbour", 1))
    assert [each.reference for each in only.dated] == ["harbour/v1"]
    assert covering(only.proven, 1)[0] == Proven(5, STAMPED, "clock")


@pytest.mark.parametrize("path", [TSQ, TSR])
def test_every_byte_of_a_stamp(stamped: MemoryStore, path: str) -> None:
    """Every byte of request and response, changed, is found through its digest in the log, and proves nothing."""
    data, archive = stamped.files[path], open_archive(stamped)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        store, tally = MemoryStore({**stamped.files, path: changed}), Tally()
        result = check_stamps(tally, store, archive.chain, enumerate(archive.statements))
        assert [(finding.check, finding.subject) for finding in tally.findings] == [(9, path)], place
        assert result.proven == (Proven(5, "2026-11-22T10:30:01Z", "watch"),)
    assert failed(store) == {9: {path}}


def test_every_bit_of_a_response(stamped: MemoryStore) -> None:
    """Every one-bit flip of a response has another digest than the one in the log."""
    entry = said(stamped)[5]
    assert isinstance(entry, StampStatement)
    data = stamped.files[TSR]
    assert entry.response == format_digest(sha256_hex(data))
    for place in range(len(data) * 8):
        changed = bytearray(data)
        changed[place // 8] ^= 1 << place % 8
        assert format_digest(sha256_hex(bytes(changed))) != entry.response


@pytest.mark.parametrize("path", [TSQ, TSR])
def test_missing_file(stamped: MemoryStore, path: str) -> None:
    """A missing request or response is found: 9, by name."""
    store = MemoryStore({name: data for name, data in stamped.files.items() if name != path})
    assert failed(store) == {9: {path}}


@pytest.mark.parametrize("name", ["5.3.tsr", "4.1.tsq", "5.1.tsr.bak", "readme"])
def test_stray_file(stamped: MemoryStore, name: str) -> None:
    """What no entry names does not belong: 1."""
    path = f"{TIMESTAMPS}/{name}"
    assert failed(MemoryStore({**stamped.files, path: stamped.files[TSR]})) == {1: {path}}


def test_forged_tsa_root(stamped: MemoryStore, founders: InitialKeys) -> None:
    """Forged TSA root: an attacker's own authority with its own root embedded, logged with the log key: 12."""
    evil = make_authority("Evil", 40)
    assert evil.embedded[1].pem == evil.pinned
    response = evil.reply(stamped.files[TSQ])
    forged = relogged(stamped, founders, response=format_digest(sha256_hex(response)))
    # The second stamp covers the same checkpoint, so nothing else is touched.
    store = MemoryStore({**forged.files, TSR: response})

    assert failed(store) == {12: {TSR}}
    found = next(finding for finding in verify_archive(store).failures)
    assert found.what == "not by an authority of the pinned certificates"
    assert found.found == "self-signed certificate in certificate chain"
    assert [each.who for each in verify_archive(store).proven] == ["watch"]


def test_forged_tsa_root_pinned_by_hand(stamped: MemoryStore, founders: InitialKeys) -> None:
    """The same with the attacker's certificates in the place of the pinned ones: 2, the trust root knows others."""
    evil = make_authority("Evil", 40)
    response = evil.reply(stamped.files[TSQ])
    forged = relogged(stamped, founders, response=format_digest(sha256_hex(response)))
    path = "trust/authorities/clock.pem"
    store = MemoryStore({**forged.files, TSR: response, path: evil.pinned})

    assert failed(store) == {2: {path}}
    assert [each.who for each in verify_archive(store).proven] == ["watch"]


def test_back_dating(stamped: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """Back-dating: the keeper can claim any time, in entry and record; only the earliest stamp is shown as proven."""
    long_ago = "1999-01-01T00:00:00Z"
    add_description(stamped, keys, "tide", {"subjects": ["tides"]}, Author(long_ago))
    stamp(stamped, founders, authority=CLOCK.but(generated=GENERATED.replace(hour=11)))
    report = verify_archive(stamped, only=Reference("tide", 2))

    assert report.verdict == "verified"
    assert report.dated == (Dated("tide/v2", 7, long_ago),)
    assert covering(report.proven, 7) == (Proven(8, "2026-11-22T11:30:00Z", "clock"),)


def test_back_dating_by_an_old_stamp(stamped: MemoryStore, founders: InitialKeys, keys: Keys) -> None:
    """An old stamp, logged again for a newer checkpoint, stamps other bytes: 12."""
    add_description(stamped, keys, "tide", {"subjects": ["tides"]}, Author(STAMPED))
    old = said(stamped)[5]
    assert isinstance(old, StampStatement)
    store = with_log_and_stamps(stamped, [*said(stamped), replace(old, size=8)], founders)
    again = {f"{TIMESTAMPS}/8.1.tsq": stamped.files[TSQ], f"{TIMESTAMPS}/8.1.tsr": stamped.files[TSR]}
    store = MemoryStore({**store.files, **again})

    assert failed(store) == {12: {f"{TIMESTAMPS}/8.1.tsr"}}
    assert verify_archive(store).failures[0].what == "stamps other bytes"
    assert max(each.size for each in verify_archive(store).proven) == 5


RULES: dict[str, tuple[dict[str, object], str]] = {
    "of a later checkpoint": ({"size": 6}, "a stamp of a checkpoint that came later"),
    "number 2 first": ({"number": 2}, "not the next stamp of this checkpoint"),
    "unknown authority": ({"authority": "sundial"}, "a stamp by an authority that the trust root does not name"),
}


@pytest.mark.parametrize("name", RULES)
def test_rules_of_the_entry(stamped: MemoryStore, founders: InitialKeys, name: str) -> None:
    """An entry of a checkpoint that was not there yet, out of number, or by nobody: 12, and the entry is named."""
    changes, what = RULES[name]
    report = verify_archive(relogged(stamped, founders, **changes))

    assert what in [finding.what for finding in report.failures if finding.check == 12]
    assert "clock" not in {each.who for each in report.proven}


@pytest.mark.parametrize("member", ["request", "response"])
def test_other_digest_logged(stamped: MemoryStore, founders: InitialKeys, member: str) -> None:
    """A file that is not the logged one: 9, though the stamp itself would hold."""
    store = relogged(stamped, founders, **{member: format_digest("0" * 64)})
    assert failed(store) == {9: {TSQ if member == "request" else TSR}}


def test_other_authority_named(stamped: MemoryStore, founders: InitialKeys) -> None:
    """A stamp by one pinned authority, logged in the name of another: 12."""
    assert failed(relogged(stamped, founders, authority="watch")) == {12: {TSR}}


def test_answer_to_another_request(stamped: MemoryStore, founders: InitialKeys) -> None:
    """A request that was not the one answered: 12."""
    request = make_request(stamped.files["log/checkpoints/5"], NONCE - 1)
    store = relogged(stamped, founders, request=format_digest(sha256_hex(request)))
    store = MemoryStore({**store.files, TSQ: request})

    assert failed(store) == {12: {TSR}}


def test_request_that_is_none(stamped: MemoryStore, founders: InitialKeys) -> None:
    """A logged request that is none: 12."""
    store = relogged(stamped, founders, request=format_digest(sha256_hex(b"?")))

    assert failed(MemoryStore({**store.files, TSQ: b"?"})) == {12: {TSR}}


def test_certificates_that_are_none(small_archive: MemoryStore, founders: InitialKeys) -> None:
    """A trust root that pins what is no certificate pins nothing: 12, once, and by name."""
    pin(small_archive, founders)
    stamp(small_archive, founders, size=5)
    stamp(small_archive, founders, size=6)
    path = "trust/authorities/clock.pem"
    store = MemoryStore(small_archive.files)
    root = open_archive(store).chain[-1]
    vouched = replace(next(file for file in root.files if file.path == path), sha256=sha256_hex(b"?"), size=1)
    state_root = replace(root, files=tuple(vouched if file.path == path else file for file in root.files))
    tally = Tally()
    result = check_stamps(tally, MemoryStore({**store.files, path: b"?"}), [state_root], enumerate(said(store)))
    assert [(finding.check, finding.subject) for finding in tally.findings] == [(12, path)]
    assert result.proven == ()
    assert len(result.files) == 4


def test_checkpoint_damaged(stamped: MemoryStore) -> None:
    """A damaged checkpoint: 10, and no time is shown as proven by anything."""
    path = "log/checkpoints/5"
    report = verify_archive(MemoryStore({**stamped.files, path: stamped.files[path].replace(b"\n5\n", b"\n4\n")}))
    assert path in {finding.subject for finding in report.failures if finding.check == 10}
    assert report.proven == ()
    without = {name: data for name, data in stamped.files.items() if name != path}
    report = verify_archive(MemoryStore(without))
    assert [(finding.check, finding.subject) for finding in report.failures] == [(10, path)]
    assert report.proven == ()


def test_without_the_library(stamped: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rfc3161-client an archive verifies with a notice that no stamp was checked, and nothing is proven."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    report = verify_archive(stamped)

    assert (report.verdict, report.passed[12], report.proven) == ("verified", 0, ())
    notice = next(finding for finding in report.findings if finding.check == 12)
    assert notice.ok
    assert notice.what == (
        "2 time stamps not checked, nothing is proven by them: "
        "time stamps cannot be checked: rfc3161-client is not installed"
    )
    assert notice.hint == "python -m pip install 'muniment[timestamp]'"
    # Their digests are still held against the log.
    changed = MemoryStore({**stamped.files, TSR: stamped.files[TSR] + b"x"})
    assert failed(changed) == {9: {TSR}}


def test_no_url_any_more(stamped: MemoryStore, founders: InitialKeys) -> None:
    """An authority that no longer answers has no URL in a later root; its stamps stand."""
    pin(stamped, founders, {name: (authority, None) for name, (authority, _) in PINNED.items()})
    report = verify_archive(stamped)

    assert (report.verdict, len(report.proven)) == ("verified", 2)


def test_entry_that_cannot_be_read(stamped: MemoryStore) -> None:
    """Where the log is damaged the stamps in it are not judged, and nothing is called proven."""
    path = "log/tile/entries/000.p/7"
    data = stamped.files[path].replace(b'"stamp/1"', b'"stamp/2"')
    report = verify_archive(MemoryStore({**stamped.files, path: data}))

    assert report.verdict == "failed"
    assert report.proven == ()
