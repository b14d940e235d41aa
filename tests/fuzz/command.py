"""Fuzz every parser for some seconds of CPU, in turn; runs on one state folder add up."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.campaign import Campaign
from tests.fuzz.distil import distil
from tests.fuzz.growth import growth
from tests.fuzz.minimise import minimise
from tests.fuzz.state import CORPUS, State, inputs_in, name_of
from tests.fuzz.table import TARGETS
from tests.fuzz.target import Target

_TURN = 1.0
"""Seconds of CPU that a target has in its turn."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 1 where a fault was found in this run."""
    parser = argparse.ArgumentParser(prog="tests/fuzz/run.py", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of CPU for this run (default: 60)")
    parser.add_argument("--seed", default="1", help="another one gives other inputs (default: 1)")
    parser.add_argument("--state", type=Path, default=Path(".fuzz"), help="folder that is added to (default: .fuzz)")
    parser.add_argument("--target", action="append", help="only this one; may be given more than once")
    parser.add_argument("--growth", action="store_true", help="only see how the slowest inputs grow, and end")
    parser.add_argument("--distil", action="store_true", help="only choose the corpus of the checkout anew, and end")
    options = parser.parse_args(arguments)
    targets = [target for target in TARGETS if not options.target or target.name in options.target]
    state = State(options.state)
    with tempfile.TemporaryDirectory() as memory:
        os.environ["ARCHIVE_MEMORY"] = memory
        if options.growth:
            return _grow(targets, state)
        if options.distil:
            return _distil(targets, state)
        return _fuzz(targets, state, options.seconds, options.seed)


def _fuzz(targets: list[Target], state: State, seconds: float, seed: str) -> int:
    names = [target.name for target in targets]
    campaigns: dict[str, Campaign] = {}
    spent, known = 0.0, set[tuple[str, str]]()
    while spent < seconds:
        for target in targets:
            campaign = campaigns.get(target.name)
            if campaign is None:
                tally = state.tally(target.name)
                campaign = campaigns[target.name] = Campaign(target, f"{seed} {tally.executions}", tally)
                campaign.load([*target.seeds(), *inputs_in(CORPUS / target.name), *state.inputs(target.name)])
            before = campaign.tally.cpu
            state.keep(target.name, campaign.tally, campaign.spend(_TURN))
            spent += campaign.tally.cpu - before
            for mark, fault in campaign.faults.items():
                if (target.name, mark) not in known:
                    known.add((target.name, mark))
                    state.keep_fault(fault, minimise(target, fault))
                    print(f"fault: {target.name}: {mark}", flush=True)
            if spent >= seconds:
                break
        state.summary(names)
    print(state.summary(names))
    return 1 if known else 0


def _distil(targets: list[Target], state: State) -> int:
    """Write the corpus of the checkout anew, from itself and from the state."""
    for target in targets:
        folder = CORPUS / target.name
        held = inputs_in(folder)
        chosen = distil(target, {*held, *state.inputs(target.name)})
        for data in held:
            (folder / name_of(data)).unlink()
        for data in chosen:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name_of(data)).write_bytes(data)
    return 0


def _grow(targets: list[Target], state: State) -> int:
    """Say which of the slowest inputs cost more than their size when they grow."""
    for target in targets:
        for seconds, size, data in state.tally(target.name).slowest:
            found = growth(target, bytes.fromhex(data)) if seconds > 0.0005 else None
            if found is not None:
                factor, last, larger = found
                print(
                    f"{target.name}: {size} bytes: "
                    f"x{factor:.1f} for twice the size, {last:.3f} s at {len(larger)} bytes"
                )
                print(f"  {larger[:60]!r} … {larger[len(larger) // 2 : len(larger) // 2 + 60]!r}", flush=True)
    return 0
