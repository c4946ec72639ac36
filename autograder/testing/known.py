"""Mistakes that are known by their behaviour.

`tests/public/step00/mistakes.json` says, for each known wrong solution of an exercise, what every public test that it
fails saw of it. A learner's mistake is a known one when the same tests fail and each saw the same; all others passed,
which needs no comparing. The file is made by `lmi mistakes`; it holds what was done, never how it is done right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.course import Course, Exercise, Step
    from autograder.expect import Fingerprint
    from autograder.report import ExerciseResult

FILE = "mistakes.json"
MOST_SAID = 2
Trace = Mapping[str, "Fingerprint | None"]  # by test: what it saw where it failed; None where it passed


@dataclass(frozen=True)
class Mistake:
    """A known wrong solution: what it does, and the tests that it fails with what each saw of it."""

    id: str
    says: str
    failed: Trace

    def agrees(self, trace: Trace, in_values: bool = True) -> bool:
        """Whether this gives what was seen in every test that ran; without `in_values`, only of the same shapes."""
        return all(_fits(self.failed.get(test), seen, in_values) for test, seen in trace.items())


def alike(one: Trace, other: Trace) -> bool:
    """Whether the same tests ran and each saw the same."""
    return one.keys() == other.keys() and all(_fits(one[test], other[test]) for test in one)


def _fits(known: Fingerprint | None, seen: Fingerprint | None, in_values: bool = True) -> bool:
    if seen is None or known is None:
        return seen is known
    return known.matches(seen) if in_values else known.form == seen.form


def telling(seen: Trace) -> bool:
    """Whether a test that failed saw a value: exceptions of one kind come of many mistakes, and say their line."""
    return any(print_ is not None and not print_.raised for print_ in seen.values())


def trace(tests: Iterable[tuple[str, str, Fingerprint | None]]) -> Trace:
    """What the tests of one exercise saw: each one's name, outcome and, where it failed, fingerprint.

    Empty, which nothing explains, when a test tells nothing of a behaviour: it was blocked, or ran out of time.
    """
    ended = list(tests)
    unclear = any(seen is None and outcome != "passed" for _, outcome, seen in ended)
    return {} if unclear else {test: seen for test, _, seen in ended}


def seen_in(result: ExerciseResult, visibility: str) -> Trace:
    """What the public or the hidden tests of an exercise saw, by a report; empty when one of them tells nothing."""
    from autograder.expect import Fingerprint

    tests = (test for test in result.tests if test.visibility == visibility)
    return trace(
        (test.id, test.outcome, Fingerprint.from_data(test.behaviour) if test.behaviour else None) for test in tests
    )


def sentence(mistakes: Sequence[Mistake]) -> str | None:
    """What is said of a submission that does what these known mistakes do; None for none, or too many to help."""
    if not 1 <= len(mistakes) <= MOST_SAID:
        return None
    return f"This behaves like a solution that {', or one that '.join(m.says for m in mistakes)}."


def catalogue(course: Course, step: Step) -> Path:
    return course.tests_folder(step, "public") / FILE


def known_mistakes(course: Course, exercise: Exercise) -> Sequence[Mistake]:
    """The known mistakes of an exercise; none where the course has no catalogue of them."""
    return mistakes_in(catalogue(course, course.step_of(exercise)), exercise)


def mistakes_in(path: Path, exercise: Exercise) -> Sequence[Mistake]:
    """Those of an exercise in a file of the catalogue's form; none where there is no such file."""
    return _read(path).mistakes.get(exercise.id, ())


def takes_long(course: Course, exercise: Exercise) -> bool:
    """Whether known solutions of an exercise take too long to be run on other inputs: the catalogue says so, and no
    clock when grading, so that a busy machine knows what others do."""
    return exercise.id in _read(catalogue(course, course.step_of(exercise))).long


def explaining(course: Course, exercise: Exercise, seen: Trace) -> list[Mistake]:
    """The known mistakes that give what an exercise's public tests saw, of which one at least failed by a value."""
    if not telling(seen):
        return []
    return [mistake for mistake in known_mistakes(course, exercise) if mistake.agrees(seen)]


@dataclass(frozen=True)
class _Catalogue:
    """`long`: the exercises of which no known solution is run when grading."""

    mistakes: Mapping[str, Sequence[Mistake]]
    long: frozenset[str]


def _read(path: Path) -> _Catalogue:
    """An empty one where there is no such file."""
    return _catalogue(path, path.stat().st_mtime_ns) if path.is_file() else _Catalogue({}, frozenset())


@lru_cache(maxsize=16)
def _catalogue(path: Path, saved: int) -> _Catalogue:
    from autograder.expect import Fingerprint

    def read(entry: Mapping[str, Any]) -> Mistake:
        failed = {test: Fingerprint.from_data(data) for test, data in entry["failed"].items()}
        return Mistake(entry["id"], entry["says"], failed)

    data = json.loads(path.read_text(encoding="utf-8"))
    mistakes = {exercise: [read(entry) for entry in entries] for exercise, entries in data["mistakes"].items()}
    return _Catalogue(mistakes, frozenset(data.get("long", ())))
