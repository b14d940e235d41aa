"""Check 8: whoever signed a version might do so at its place in the log, and what that rests on after a theft."""

from __future__ import annotations

from collections.abc import Sequence

from muniment.archive.judgement import judge_signer
from muniment.errors import MunimentError
from muniment.ssh.keys import PublicKey
from muniment.trust.root import TrustRoot
from muniment.verify.proven import Proven
from muniment.verify.report import Tally


def check_signer(
    tally: Tally, path: str, key: PublicKey, index: int, chain: Sequence[TrustRoot], proven: Sequence[Proven] = ()
) -> None:
    """Check 8: the key was allowed by the trust root at the place of the entry in the log.

    What a key signed before it was revoked stands where something shows that it was logged before the key may have been
    in other hands.  Where nothing does, the notice says so.

    Args:
        tally: Where to count.
        path: What to call the signature.
        key: Who signed.
        index: Place of the entry in the log.
        chain: The trust roots, oldest first.
        proven: What shows how many entries were there at a time.
    """
    try:
        held = judge_signer(path, key, index, chain[-1])
    except MunimentError as error:
        tally.error(8, error)
        return
    tally.ok(8)
    if held.revoked is None:
        return
    shown = [one for one in proven if one.is_before(index, held.revoked)]
    if shown:
        # With a time rather than without, and the earliest.
        best = min(shown, key=lambda one: (not one.time, one.time, one.who))
        tally.notice(8, path, f"signed before the key was revoked: {best}")
    else:
        tally.notice(
            8,
            path,
            f"unproven time: the key was revoked, and nothing shows that this was there before {held.revoked.since}",
            hint="a time stamp or a checkpoint from before that time would: give an older copy with --against",
            unvouched=True,
        )


def check_fingerprint(tally: Tally, path: str, fingerprint: str, index: int, chain: Sequence[TrustRoot]) -> None:
    """Check 8 likewise on a signer of whom only the fingerprint is known, as a log entry names it."""
    key = next((held.key for held in chain[-1].record_keys if held.key.fingerprint == fingerprint), None)
    if key is None:
        what = f"the entry names a signer that the trust root does not name at log index {index}"
        tally.fail(8, path, what, found=fingerprint)
    else:
        check_signer(tally, path, key, index, chain)
