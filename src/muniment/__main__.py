"""``python -m muniment`` does what ``archive`` does: both begin here, where nothing is loaded yet.

Ctrl-C while the command is still being loaded is one line too, not a traceback.
"""

from __future__ import annotations

import sys

_INTERRUPTED = 130
"""As ``muniment.cli.app`` has it, which is among what is still to be loaded."""


def main() -> None:
    """Load the command, run it, and end the process with its exit code."""
    try:
        from muniment.cli import main as run  # noqa: PLC0415 - what takes long stands within the ``try``

        run()
    except KeyboardInterrupt:
        from contextlib import suppress  # noqa: PLC0415 - as little as can be is loaded before the ``try``

        with suppress(AttributeError, OSError):  # there is no stderr, or it is full: the exit code says the same
            sys.stderr.write("archive: interrupted\n")
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
