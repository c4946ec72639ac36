"""How commands speak: plain text through rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

MARKS = {
    "passed": ("✓", "green"), "partial": ("◐", "yellow"), "failed": ("✗", "red"), "error": ("✗", "red"),
    "timeout": ("✗", "red"), "out_of_memory": ("✗", "red"), "blocked": ("–", "dim"), "not_started": ("·", "dim"),
}  # fmt: skip


def make_console() -> Console:
    """A console that prints a learner's text as it is: no markup, no colouring of numbers, no broken lines."""
    from rich.console import Console

    return Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
