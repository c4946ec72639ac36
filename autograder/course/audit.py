"""What the manifests promise against what is there: stubs, solutions, tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.course.marks import VISIBILITIES, TestMark, scan_problems, scan_tests
from autograder.course.model import CONFIGS, Course, Exercise, Problem, Step, did_you_mean
from autograder.course.toml_lines import Manifest, read_manifest


def audit_course(course: Course) -> list[Problem]:
    """Every exercise has a stub, a solution, a public and a hidden test; nothing else lies about.

    In a learners' release only what learners have is checked.
    """
    sides = {"exercises": "stub", "reference": "solution"} if course.has_solutions else {"exercises": "stub"}
    visibilities = VISIBILITIES if course.has_solutions else VISIBILITIES[:1]
    marks = scan_tests(course)
    problems = [*_unlisted_steps(course), *scan_problems(course), *_unknown_exercises(course, marks)]
    for step in course.steps:
        lines = _Lines(course, step)
        for side, kind in sides.items():
            problems += _missing_objects(course.root / side / step.folder, kind, lines)
        problems += _missing_tests(lines, marks, visibilities)
        if course.has_solutions:
            problems += _stray_modules(course, step)
    return problems


class _Lines:
    """Problems of a step's exercises, with the line of their `[[exercise]]`."""

    def __init__(self, course: Course, step: Step) -> None:
        self.step, self.file = step, course.manifest(step)
        self._manifest = read_manifest(self.file)

    def problem(self, exercise: Exercise, key: str, message: str) -> Problem:
        path = ("exercise", self.step.exercises.index(exercise), key)
        line = self._manifest.line(path) if isinstance(self._manifest, Manifest) else None
        return Problem(self.file, line, message)


def _unlisted_steps(course: Course) -> Iterator[Problem]:
    listed = {course.manifest(step) for step in course.steps}
    for file in sorted((course.root / CONFIGS).glob("step*.toml")):
        if file not in listed:
            yield Problem(file, None, "is not in `steps` of course.toml: list it there or take it away")


def _unknown_exercises(course: Course, marks: list[TestMark]) -> Iterator[Problem]:
    exercises = {exercise.id: exercise for exercise in course.exercises}
    told = set()
    for mark in marks:
        exercise = exercises.get(mark.exercise)
        key = (mark.file, mark.line, mark.exercise, mark.part)
        if key in told:
            continue
        told.add(key)
        if exercise is None:
            hint = did_you_mean(mark.exercise, exercises) or ": see grading_configs/ for those there are"
            yield Problem(mark.file, mark.line, f"there is no exercise {mark.exercise!r}{hint}")
        elif mark.part is not None and mark.part not in exercise.parts:
            there = ", ".join(exercise.parts) or "none"
            yield Problem(mark.file, mark.line, f"{exercise.id} has no part {mark.part!r}: its parts are {there}")


def _missing_objects(folder: Path, kind: str, lines: _Lines) -> Iterator[Problem]:
    for module in lines.step.modules:
        file = folder / f"{module}.py"
        here = [exercise for exercise in lines.step.exercises if exercise.module == module]
        try:
            names = _object_names(ast.parse(file.read_bytes(), str(file)))
        except FileNotFoundError:
            yield lines.problem(here[0], "module", f"{_short(file)} is missing: the {kind}s of {module!r} belong there")
        except (SyntaxError, ValueError) as error:
            yield Problem(file, getattr(error, "lineno", None), f"is not valid Python: {getattr(error, 'msg', error)}")
        else:
            for exercise in here:
                if exercise.target not in names:
                    hint = did_you_mean(exercise.target, names)
                    yield lines.problem(exercise, "id", f"{_short(file)} has no {exercise.target!r}{hint} ({kind})")


def _missing_tests(lines: _Lines, marks: list[TestMark], visibilities: tuple[str, ...]) -> Iterator[Problem]:
    for exercise in lines.step.exercises:
        own = [mark for mark in marks if mark.exercise == exercise.id]
        for visibility in visibilities:
            there = [mark.part for mark in own if mark.visibility == visibility]
            place = f"tests/{visibility}/step{lines.step.id}"
            if not there:
                message = f"{exercise.id} has no {visibility} test: add one with exercise({exercise.id!r}) in {place}"
                yield lines.problem(exercise, "id", message)
                continue
            if visibility == "hidden":
                for part in exercise.parts:
                    if part not in there:
                        message = f"part {part!r} of {exercise.id} has no {visibility} test: anyone would earn it"
                        yield lines.problem(exercise, "parts", message)


def _stray_modules(course: Course, step: Step) -> Iterator[Problem]:
    stubs, solutions = course.exercises_folder(step), course.reference_folder(step)
    for file, other, what in [
        *((file, solutions, "solution") for file in sorted(stubs.glob("*.py"))),
        *((file, stubs, "stub") for file in sorted(solutions.glob("*.py"))),
    ]:
        if not (other / file.name).is_file():
            yield Problem(file, None, f"has no {what} {_short(other / file.name)}: add it or take this file away")


def _object_names(tree: ast.Module) -> set[str]:
    """Functions and classes of a module, and methods as `Class.method`."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = (child for child in node.body if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))
            names |= {f"{node.name}.{child.name}" for child in inner}
    return names


def _short(file: Path) -> str:
    return "/".join(file.parts[-3:])
