"""How commands speak: plain text through rich, problems on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

COULD_NOT = 2  # exit status: it could not be done, and a line on stderr says why

MARKS = {
    "passed": ("✓", "green"), "partial": ("◐", "yellow"), "failed": ("✗", "red"), "error": ("✗", "red"),
    "timeout": ("✗", "red"), "out_of_memory": ("✗", "red"), "blocked": ("–", "dim"), "not_started": ("·", "dim"),
}  # fmt: skip


def make_console() -> Console:
    """A console that prints a learner's text as it is: no markup, no colouring of numbers, no broken lines."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)


def could_not(message: str) -> int:
    """Say why a command could not do its work; its exit status."""
    import sys

    print(message, file=sys.stderr)
    return COULD_NOT
