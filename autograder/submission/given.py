"""Files of a submission that nobody wrote for it: the course gave them, unchanged, or a platform added them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import autograder
from autograder.course import Course
from autograder.submission.entries import Entry, SubmissionError

OTTER_TESTS = "tests"  # the folder beside a notebook in which Otter keeps its test files

_PLATFORMS = {"__zip_filename__", "timestamps.csv", "submission_metadata.json", "metadata.yml"}
_FOLDERS = ("exercises/", "autograder/", "grading_configs/", "tests/public/", "tests/conftest.py")
_STUBS = "grading_configs/stubs/"


def is_given(entry: Entry, places: Sequence[str], course: Course) -> bool:
    """Whether an ignored file is not worth a word. `places`: where it would lie in a copy of the course.

    Python and the kit must be as the course has them, ends of lines aside; of other files it is enough that the course
    has them, for nothing hangs on them.
    """
    *above, file = entry.parts
    if file in _PLATFORMS or (file == "__init__.py" and entry.size == 0):
        return True
    if above[-1:] == [OTTER_TESTS] and any(file == f"{exercise.id}.py" for exercise in course.exercises):
        return True
    found = [ours for place in places for ours in _ours(place, course) if os.path.isfile(ours)]
    matters = file.endswith(".py") or "kit" in above
    return any(not matters or _is_same(entry, ours) for ours in found)


def _ours(place: str, course: Course) -> list[Path]:
    """Where the course may have the file that a release has at `place`."""
    if "/" in place and not place.startswith(_FOLDERS):
        return []
    if place.startswith("autograder/"):
        return [course.root / place, Path(autograder.__file__).parent / place.removeprefix("autograder/")]
    if place.startswith(_STUBS):  # staff have no copy of the stubs
        return [course.root / place, course.root / "exercises" / place.removeprefix(_STUBS)]
    return [course.root / place]


def _is_same(entry: Entry, ours: Path) -> bool:
    size = ours.stat().st_size
    if not (entry.size <= 2 * size and size <= 2 * entry.size):  # further apart than ends of lines can bring them
        return False
    try:
        theirs = entry.read(2 * size)
    except SubmissionError:
        return False
    return theirs.replace(b"\r\n", b"\n") == ours.read_bytes().replace(b"\r\n", b"\n")
