"""What a version changed, in one line and as JSON."""

from __future__ import annotations

from muniment.cli.moments import listed
from muniment.diff import format_summary, summary_json
from muniment.diff.difference import Summary
from muniment.history.steps import Step

_NOTHING = Summary(0, 0, 0, 0, 0, 0, 0, 0)


def say_step(step: Step) -> str:
    """Say it: ``2 paragraphs edited, 1 moved; description: title``."""
    said = [] if step.words == _NOTHING else [format_summary(step.words)]
    if step.description:
        said.append(f"description: {listed(list(step.description))}")
    if step.emended:
        said.append(f"{_counted(step.emended)} added")
    if step.withdrawn:
        said.append(f"{_counted(step.withdrawn)} withdrawn")
    return "; ".join(said) or "no change in words"


def _counted(emendations: int) -> str:
    return "1 emendation" if emendations == 1 else f"{emendations} emendations"


def step_json(step: Step | None) -> dict[str, object] | None:
    """Give it as JSON; None for the first version."""
    if step is None:
        return None
    return {
        "words": summary_json(step.words),
        "description": list(step.description),
        "emended": step.emended,
        "withdrawn": step.withdrawn,
    }
