"""What a run of pytest adds: fixtures, marks, outcomes, recorded numbers.

In come a course's tests and a way to a learner's functions; out go a verdict on each test, and from these the
results, points and progress of exercises. It is the same for a learner's `pytest` and for grading, which registers a
`Grading`. Nothing here reads a submission, starts a sandbox or writes a report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.testing.agreement import BEHAVIOUR, BY_A_TEST, FAILED, Told, know, together
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
from autograder.testing.seeds import seed_for

if TYPE_CHECKING:
    from autograder.testing.collection import TIE, VERDICT, item_name, title
    from autograder.testing.known import (
        MOST_SAID,
        Mistake,
        Trace,
        alike,
        catalogue,
        known_mistakes,
        seen_in,
        sentence,
        takes_long,
        telling,
        trace,
    )
    from autograder.testing.marks import exercise
    from autograder.testing.named import name_of, named_mistakes, names_file
    from autograder.testing.patience import OutOfPatience, time_bound
    from autograder.testing.pictures import draw_picture
    from autograder.testing.plugin import GRADING, Grading
    from autograder.testing.verdict import Verdict

__all__ = [
    "BEHAVIOUR",
    "BY_A_TEST",
    "Checkpoint",
    "CheckpointError",
    "CheckpointUnavailable",
    "FAILED",
    "GRADING",
    "Grading",
    "MOST_SAID",
    "Mistake",
    "OutOfPatience",
    "TIE",
    "Told",
    "Trace",
    "VERDICT",
    "Verdict",
    "WORDS",
    "alike",
    "catalogue",
    "describe_next",
    "draw_picture",
    "exercise",
    "exercise_result",
    "item_name",
    "know",
    "known_mistakes",
    "name_of",
    "named_mistakes",
    "names_file",
    "next_exercise",
    "score_exercise",
    "seed_for",
    "seen_in",
    "sentence",
    "summary_lines",
    "takes_long",
    "telling",
    "tests_by_exercise",
    "time_bound",
    "title",
    "together",
    "trace",
    "verify_checkpoints",
    "write_checkpoints",
]

_HOME = {  # imported on first use, for pytest and torch come with them
    "GRADING": "plugin",
    "Grading": "plugin",
    "MOST_SAID": "known",
    "Mistake": "known",
    "OutOfPatience": "patience",
    "TIE": "collection",
    "Trace": "known",
    "VERDICT": "collection",
    "Verdict": "verdict",
    "alike": "known",
    "catalogue": "known",
    "draw_picture": "pictures",
    "exercise": "marks",
    "item_name": "collection",
    "known_mistakes": "known",
    "name_of": "named",
    "named_mistakes": "named",
    "names_file": "named",
    "seen_in": "known",
    "sentence": "known",
    "takes_long": "known",
    "telling": "known",
    "time_bound": "patience",
    "title": "collection",
    "trace": "known",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
