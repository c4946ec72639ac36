"""Manifests to a `Course`: every mistake in them is found before any is reported."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeGuard

from pydantic import BaseModel, Field, ValidationError

from autograder.course.model import (
    CONFIGS,
    Attempts,
    Course,
    CourseError,
    Exercise,
    ExerciseEntry,
    Feedback,
    Limits,
    Model,
    Problem,
    Step,
    did_you_mean,
    find_root,
)
from autograder.course.requirements import check_requires, qualified
from autograder.course.toml_lines import KeyPath, Manifest, read_manifest

MODULE_NAME = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$"


class _CourseTable(Model):
    title: str = Field(min_length=1)
    version: str = Field(min_length=1)
    about: str = ""
    steps: list[str] = Field(min_length=1)
    limits: Limits
    feedback: Feedback = Feedback()
    attempts: Attempts = Attempts()


class _StepTable(Model):
    id: str
    title: str = Field(min_length=1)
    idea: str = Field(min_length=1)
    paper: str = Field(min_length=1)
    folder: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    points: float = Field(ge=0)
    preload: list[Annotated[str, Field(pattern=MODULE_NAME)]] = Field(default_factory=list)
    limits: dict[str, Any] = Field(default_factory=dict)
    exercise: list[dict[str, Any]] = Field(min_length=1)


def load_course(root: Path) -> Course:
    """The course whose manifests lie in `root/grading_configs`.

    Raises CourseError with every mistake found in any of the manifests.
    """
    root = Path(root).resolve()
    course = read_manifest(root / CONFIGS / "course.toml")
    if isinstance(course, Problem):
        raise CourseError([course])
    problems = list(_mistakes(course, (), course.data, _CourseTable))
    problems += [*_check_step_list(course), *_check_deadlines(course)]
    steps: list[Step] = []
    manifests: dict[str, Manifest] = {}
    for id in _strings(course.data.get("steps")):
        manifest = read_manifest(root / CONFIGS / f"step{id}.toml")
        if isinstance(manifest, Problem):
            problems.append(manifest)
            continue
        manifests[id] = manifest
        found = list(_check_step(manifest, id, root, course.data.get("limits")))
        problems += found
        if not found and not problems:
            steps.append(_build_step(manifest, course.data["limits"]))
    problems += [*_check_folders(manifests), *check_requires(manifests)]
    if problems:
        raise CourseError(problems)
    table = _CourseTable.model_validate(course.data)
    return Course(
        root=root,
        title=table.title,
        version=table.version,
        steps=tuple(steps),
        feedback=table.feedback,
        attempts=table.attempts,
    )


def about_course(start: Path | None = None) -> str | None:
    """What the course around `start` (here) says of itself: `about`, or else its title. None outside of a course."""
    try:
        course = read_manifest(find_root(start) / CONFIGS / "course.toml")
    except CourseError:
        return None
    told = {} if isinstance(course, Problem) else course.data
    return next((text for key in ("about", "title") if isinstance(text := told.get(key), str) and text), None)


def _build_step(manifest: Manifest, limits: dict[str, Any]) -> Step:
    data = manifest.data
    exercises = []
    for raw in data["exercise"]:
        entry = ExerciseEntry.model_validate(raw)
        fields = entry.model_dump() | {
            "id": qualified(entry.id, data["id"]),
            "name": entry.id,
            "step": data["id"],
            "requires": tuple(qualified(name, data["id"]) for name in entry.requires),
        }
        exercises.append(Exercise.model_validate(fields))
    own = {key: data[key] for key in ("id", "title", "idea", "paper", "folder", "points")}
    own["preload"] = tuple(data.get("preload", ()))
    merged = Limits.model_validate(limits | data.get("limits", {}))
    return Step.model_validate(own | {"limits": merged, "exercises": tuple(exercises)})


def _check_step_list(course: Manifest) -> Iterator[Problem]:
    steps = list(_strings(course.data.get("steps")))
    for id in sorted({id for id in steps if steps.count(id) > 1}):
        yield course.problem(("steps",), f"step {id!r} is listed twice: take one out")


def _check_deadlines(course: Manifest) -> Iterator[Problem]:
    attempts, steps = course.data.get("attempts"), list(_strings(course.data.get("steps")))
    deadlines = attempts.get("deadlines") if isinstance(attempts, dict) else None
    for id in deadlines if isinstance(deadlines, dict) else ():
        if id not in steps:
            known = did_you_mean(id, steps) or f": the steps are {', '.join(steps)}"
            yield course.problem(("attempts", "deadlines", id), f"a deadline of step {id!r}, which there is not{known}")


def _check_folders(manifests: dict[str, Manifest]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for id, manifest in manifests.items():
        folder = str(manifest.data.get("folder"))
        if "folder" in manifest.data and (owner := owners.setdefault(folder, id)) != id:
            yield manifest.problem(("folder",), f"folder {folder!r} is already that of step {owner}: use another")


def _check_step(manifest: Manifest, id: str, root: Path, course_limits: Any) -> Iterator[Problem]:
    data = manifest.data
    yield from _mistakes(manifest, (), data, _StepTable)
    if isinstance(data.get("id"), str) and data["id"] != id:
        yield manifest.problem(("id",), f"id is {data['id']!r} in {manifest.file.name}: write id = {id!r}")
    folder = data.get("folder")
    if isinstance(folder, str) and not any((root / side / folder).is_dir() for side in ("exercises", "reference")):
        yield manifest.problem(("folder",), f"there is no folder exercises/{folder}: create it or correct `folder`")
    yield from _check_limits(manifest, course_limits)
    entries = [entry for entry in data.get("exercise") or [] if isinstance(entry, dict)]
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries):
        yield from _check_exercise(manifest, number, entry, seen)
    yield from _check_total(manifest, entries)


def _check_limits(manifest: Manifest, course_limits: Any) -> Iterator[Problem]:
    own = manifest.data.get("limits")
    if not isinstance(own, dict):
        return
    base = course_limits if isinstance(course_limits, dict) else {}
    for problem, path in _located(manifest, ("limits",), base | own, Limits):
        if path[1:] and path[1] in own:
            yield problem


def _check_exercise(manifest: Manifest, number: int, entry: dict[str, Any], seen: dict[str, int]) -> Iterator[Problem]:
    at: KeyPath = ("exercise", number)
    yield from _mistakes(manifest, at, entry, ExerciseEntry)
    id = entry.get("id")
    if isinstance(id, str):
        if id in seen:
            first = manifest.line(("exercise", seen[id]))
            yield manifest.problem((*at, "id"), f"exercise {id!r} is here twice (first on line {first}): rename one")
        seen.setdefault(id, number)
    yield from _check_points(manifest, at, entry)
    yield from _check_hints(manifest, at, entry)


def _check_points(manifest: Manifest, at: KeyPath, entry: dict[str, Any]) -> Iterator[Problem]:
    points, parts, bonus = entry.get("points", 0), entry.get("parts", {}), entry.get("bonus") is True
    name = entry.get("id", "?")
    if not _is_number(points):
        return
    if bonus and points != 0:
        yield manifest.problem((*at, "points"), f"{name} is a bonus and worth {points} points: write points = 0")
    if not bonus and points <= 0:
        yield manifest.problem((*at, "points"), f"{name} is worth {points} points: give it some, or bonus = true")
    if not isinstance(parts, dict) or not parts or not all(_is_number(value) for value in parts.values()):
        return
    for part, value in parts.items():
        if value < 0 or (value == 0 and not bonus):
            yield manifest.problem(
                (*at, "parts", part), f"part {part!r} of {name} is worth {value}: give it some points"
            )
    if not math.isclose(total := math.fsum(parts.values()), points):
        yield manifest.problem((*at, "parts"), f"the parts of {name} add up to {total:g}, its points are {points:g}")


def _check_hints(manifest: Manifest, at: KeyPath, entry: dict[str, Any]) -> Iterator[Problem]:
    name, hints = entry.get("id", "?"), list(_strings(entry.get("hints")))
    if not hints:
        yield manifest.problem((*at, "hints"), f"{name} has no hint: write at least one in hints = [...]")
    for number, hint in enumerate(hints):
        if not hint.strip():
            yield manifest.problem((*at, "hints"), f"hint {number + 1} of {name} is empty: write it or take it out")
        elif hint in hints[:number]:
            yield manifest.problem((*at, "hints"), f"hint {number + 1} of {name} repeats an earlier one: take it out")


def _check_total(manifest: Manifest, entries: list[dict[str, Any]]) -> Iterator[Problem]:
    points, each = manifest.data.get("points"), [entry.get("points", 0) for entry in entries]
    if not _is_number(points) or not entries or not all(_is_number(value) for value in each):
        return
    if not math.isclose(total := math.fsum(each), points):
        yield manifest.problem(("points",), f"the exercises add up to {total:g} points, `points` says {points:g}")


def _mistakes(manifest: Manifest, at: KeyPath, data: Any, model: type[BaseModel]) -> Iterator[Problem]:
    for problem, _ in _located(manifest, at, data, model):
        yield problem


def _located(manifest: Manifest, at: KeyPath, data: Any, model: type[BaseModel]) -> Iterator[tuple[Problem, KeyPath]]:
    """What pydantic finds wrong, in our words, with the path of the key."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            path = at + mistake["loc"]
            key = path[-1] if path else "?"
            known = _fields(model, mistake["loc"][:-1])
            if mistake["type"] == "extra_forbidden":
                what = f"unknown key {key!r}{did_you_mean(str(key), known) or ': known are ' + ', '.join(known)}"
            elif mistake["type"] == "missing":
                what = f"{key!r} is missing: add `{key} = ...`"
            else:
                what = f"{'.'.join(map(str, mistake['loc']))} = {mistake['input']!r}: {mistake['msg'].lower()}"
            yield manifest.problem(path, what), path


def _fields(model: type[BaseModel], inside: tuple[str | int, ...]) -> list[str]:
    """Keys that are known in `model`, or in the table `inside` it."""
    for key in inside:
        annotation = model.model_fields[key].annotation if key in model.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def _strings(values: Any) -> Iterator[str]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, str))


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
