"""What staff have called a mistake that no catalogue knows: said in a report's renderings, never part of report.json.

Of the hidden tests nothing is known then, so the sentence says so, and public tests alone begin with it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from autograder.files import write_atomic
from autograder.report.schema import ExerciseResult, Report

NAMED = "named.json"  # beside report.json: id of an exercise → what its submission does


def named_sentence(says: str) -> str:
    return f"In the public tests this behaves like a solution that {says}."


def read_named(folder: Path) -> dict[str, str]:
    """What lies beside a report; nothing where that is not as we write it."""
    try:
        found = json.loads((folder / NAMED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and all(isinstance(says, str) for says in found.values()) else {}


def write_named(folder: Path, named: Mapping[str, str]) -> bool:
    """Have a report's folder say this; whether it said something else before."""
    if dict(named) == read_named(folder):
        return False
    if named:
        write_atomic(folder / NAMED, json.dumps(named, indent=1, ensure_ascii=False) + "\n")
    else:
        (folder / NAMED).unlink(missing_ok=True)
    return True


def with_names(report: Report) -> Report:
    """The report as it is shown: what staff have called a mistake stands first in each public test that shows it."""
    if not report.named:
        return report
    shown = report.model_copy(deep=True)
    for exercise in shown.exercises:
        if says := report.named.get(exercise.id):
            _say(exercise, named_sentence(says))
    return shown


def _say(exercise: ExerciseResult, sentence: str) -> None:
    for test in exercise.of("public"):
        if test.behaviour:
            test.message = f"{sentence}\n{test.message}"
