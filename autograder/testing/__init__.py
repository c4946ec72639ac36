"""What a run of pytest adds: fixtures, marks, outcomes, recorded numbers.

In come a course's tests and a way to a learner's functions; out go a verdict on each test, and from these the
results, points and progress of exercises. It is the same for a learner's `pytest` and for grading, which registers a
`Grading`. Nothing here reads a submission, starts a sandbox or writes a report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.testing.agreement import Told, together
from autograder.testing.checkpoints import (
    Checkpoint,
    CheckpointError,
    CheckpointUnavailable,
    verify_checkpoints,
    write_checkpoints,
)
from autograder.testing.progress import WORDS, describe_next, next_exercise, summary_lines
from autograder.testing.results import exercise_result, tests_by_exercise
from autograder.testing.scoring import score_exercise

if TYPE_CHECKING:
    from autograder.testing.collection import TIE, item_name, title
    from autograder.testing.draw import seed_for
    from autograder.testing.marks import exercise
    from autograder.testing.pictures import draw_picture
    from autograder.testing.plugin import GRADING, VERDICT, Grading

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "CheckpointUnavailable",
    "GRADING",
    "Grading",
    "TIE",
    "Told",
    "VERDICT",
    "WORDS",
    "describe_next",
    "draw_picture",
    "exercise",
    "exercise_result",
    "item_name",
    "next_exercise",
    "score_exercise",
    "seed_for",
    "summary_lines",
    "tests_by_exercise",
    "title",
    "together",
    "verify_checkpoints",
    "write_checkpoints",
]

_HOME = {  # imported on first use, for pytest and torch come with them
    "GRADING": "plugin",
    "Grading": "plugin",
    "TIE": "collection",
    "VERDICT": "plugin",
    "draw_picture": "pictures",
    "exercise": "marks",
    "item_name": "collection",
    "seed_for": "draw",
    "title": "collection",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
