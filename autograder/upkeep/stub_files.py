"""The committed stubs: written from the solutions, and whether they are in step."""

from __future__ import annotations

import difflib
from pathlib import Path

from autograder.course import Course, CourseError, Problem, make_stub, read_text
from autograder.files import write_atomic


def write_stubs(course: Course) -> list[Path]:
    """Writes every stub that is not as its solution says; returns those written."""
    written = []
    for path, text in _all_stubs(course):
        if not path.is_file() or read_text(path) != text:
            write_atomic(path, text)
            written.append(path)
    return written


def stale_stubs(course: Course) -> list[tuple[Path, str]]:
    """Stubs that are not what the solutions would give, each with the difference."""
    stale = []
    for path, text in _all_stubs(course):
        if not path.is_file():
            stale.append((path, "missing"))
        elif (there := read_text(path)) != text:
            lines = difflib.unified_diff(there.splitlines(), text.splitlines(), "committed", "generated", lineterm="")
            stale.append((path, "\n".join(lines) or "the end of the file differs"))
    return stale


def _all_stubs(course: Course) -> list[tuple[Path, str]]:
    """Path and text of every stub; the mistakes of all solutions are told together."""
    stubs: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    for step in course.steps:
        for file in sorted(course.reference_folder(step).glob("*.py")):
            try:
                stubs.append((course.exercises_folder(step) / file.name, make_stub(read_text(file), file)))
            except CourseError as error:
                problems += error.problems
    if problems:
        raise CourseError(problems)
    return stubs
