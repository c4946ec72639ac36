"""`lmi hint`: the next hint of an exercise, from a nudge to nearly all of it."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.course import Course, Exercise, UnknownName
from autograder.files import write_atomic
from autograder.study.check import sentence
from autograder.study.console import make_console
from autograder.words import could_not


def hint(course: Course, id: str, number: int | None = None, all: bool = False) -> int:
    """Show the next hint of an exercise, hint `number`, or all of them; 0, or 2 when there is no such one.

    Only the next hint counts as seen: looking one up by its number changes nothing.
    """
    try:
        exercise = course.exercise(id)
    except UnknownName as error:
        return could_not(sentence(error))
    count = len(exercise.hints)
    if number is not None and not 1 <= number <= count:
        return could_not(f"{exercise.id} has {_hints(count)}, numbered from 1: there is no hint {number}.")
    chosen = range(1, count + 1) if all else [number] if number is not None else []
    said = [hint_lines(exercise, one) for one in chosen] or [next_hint(course.root, exercise)]
    make_console().print("\n\n".join("\n".join(lines) for lines in said), soft_wrap=False)
    return 0


def next_hint(root: Path, exercise: Exercise) -> list[str]:
    """The first hint not shown yet, which counts as shown from now on, and how many are left."""
    seen, count = _read(root), len(exercise.hints)
    number = min(seen.get(exercise.id, 0) + 1, count)
    repeated = seen.get(exercise.id, 0) >= count
    lines = hint_lines(exercise, number)
    remembered = repeated or _write(root, seen | {exercise.id: number})
    if repeated:
        lines += ["", f"That is the last one, again. All of them: lmi hint {exercise.id} --all"]
    elif not remembered:
        lines += ["", f"(This could not be noted in {_file(root)}. See the next one with --number {number + 1}.)"]
    else:
        lines += ["", f"{_hints(count - number)} left." if number < count else "That was the last one."]
    return lines


def hint_lines(exercise: Exercise, number: int) -> list[str]:
    """One hint below its heading."""
    return [f"{exercise.id}  {exercise.title}: hint {number} of {len(exercise.hints)}", "", exercise.hints[number - 1]]


def _hints(count: int) -> str:
    return "1 hint" if count == 1 else f"{count} hints"


def _file(root: Path) -> Path:
    return root / ".lmi" / "hints.json"


def _read(root: Path) -> dict[str, int]:
    """How many hints of each exercise were shown; what cannot be read counts as none."""
    try:
        data = json.loads(_file(root).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {id: seen for id, seen in data.items() if type(seen) is int and seen >= 0}


def _write(root: Path, seen: dict[str, int]) -> bool:
    try:
        write_atomic(_file(root), json.dumps(seen, indent=1) + "\n")
    except OSError:
        return False
    return True
