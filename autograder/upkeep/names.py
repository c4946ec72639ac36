"""Staff give a group of alike wrong submissions its sentence, once: it goes into a text file of the course."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from autograder.course import Course, Exercise
from autograder.files import write_atomic
from autograder.report import ExerciseResult
from autograder.testing import Mistake, Trace, alike, known_mistakes, named_mistakes, names_file, seen_in, telling
from autograder.upkeep.mistakes import as_data, catalogue_text

LONGEST = 160  # characters of what is said
SAYS = re.compile(r"(?:never |only |always )?[a-z]+s\b[^\n]*")  # "This behaves like a solution that …"


class NamingError(ValueError):
    """A mistake cannot be given this name; the message says why."""


def name_mistake(course: Course, exercise: Exercise, result: ExerciseResult, says: str) -> Mistake:
    """Call what the public tests saw in `result` so. What had a name has this one then. Raises NamingError."""
    says = says.strip().rstrip(".")
    says = says[:1].lower() + says[1:]
    if len(says) > LONGEST or not SAYS.fullmatch(says):
        raise NamingError(
            f"{says!r}: say in one line what such a solution does, beginning with a verb, as in "
            '"leaves the bias out": it ends "This behaves like a solution that …"'
        )
    seen = _seen(course, exercise, result)
    listed = list(named_mistakes(course, exercise))
    there = next((mistake for mistake in listed if alike(mistake.failed, seen)), None)
    if there:
        named = replace(there, says=says)
        listed[listed.index(there)] = named
    else:
        named = Mistake(_id_of(exercise, seen), says, seen)
        listed.append(named)
    _write(course, exercise, listed)
    return named


def _seen(course: Course, exercise: Exercise, result: ExerciseResult) -> Trace:
    seen = {test: print_ for test, print_ in seen_in(result, "public").items() if print_}
    if not telling(seen):
        raise NamingError(f"{exercise.id}: by its public tests nothing is known of what this submission does wrong")
    if result.mistakes:
        raise NamingError(f"{exercise.id}: that is known already: it {' or '.join(m.says for m in result.mistakes)}")
    if same := [mistake.says for mistake in known_mistakes(course, exercise) if alike(mistake.failed, seen)]:
        raise NamingError(
            f"{exercise.id}: its public tests cannot tell this from a solution that {same[0]}: it needs a test that can"
        )
    return seen


def _id_of(exercise: Exercise, seen: Trace) -> str:
    text = repr([(test, print_.as_data()) for test, print_ in sorted(seen.items()) if print_])
    return f"{exercise.id.partition('.')[0]}/named-{hashlib.sha256(f'{exercise.id} {text}'.encode()).hexdigest()[:8]}"


def _write(course: Course, exercise: Exercise, listed: list[Mistake]) -> None:
    step = course.step_of(exercise)
    by_exercise = {e.id: named_mistakes(course, e) for e in step.exercises} | {exercise.id: listed}
    data = {id: [as_data(mistake) for mistake in mistakes] for id, mistakes in by_exercise.items() if mistakes}
    write_atomic(names_file(course, step), catalogue_text(step, data))
