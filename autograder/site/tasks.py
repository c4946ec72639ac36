"""The exercises as pages: what the manifests say of them, and the stubs, whose docstrings are the tasks."""

from __future__ import annotations

import ast
from textwrap import dedent

from autograder.course import Course, Exercise, Step, stub_texts


def label(exercise: Exercise) -> str:
    """The anchor of an exercise on its step's page."""
    return f"exercise-{exercise.step}-{exercise.name}".lower().replace("_", "-")


def module_label(step: Step, module: str) -> str:
    return f"module-{step.id}-{module}".lower().replace("_", "-")


def all_exercises(course: Course) -> str:
    """One page with every exercise of the course."""
    parts = [f"# Exercises\n\n{_sum(course.exercises)}. ★ carries the idea of its step; a bonus earns nothing."]
    for step in course.steps:
        rows = [
            f"| {_title(one)} | `{one.id}` | {one.difficulty} | {one.minutes} | {_points(one)} |"
            for one in step.exercises
        ]
        parts += [
            f"## Step {step.id}: [{step.title}]({step.folder}/index.md)",
            f"{_sum(step.exercises)}.",
            "\n".join(["| exercise | name | difficulty | minutes | points |", "|---|---|---|---|---|", *rows]),
        ]
    return "\n\n".join([*parts, "Difficulty goes from 1 to 5. Minutes are an estimate.\n"])


def step_exercises(course: Course, step: Step) -> str:
    """One page with the exercises of a step, module by module, each with its stub."""
    texts = stub_texts(course, step)
    parts = [f"# Exercises of step {step.id}", f"{_sum(step.exercises)}, in the order in which they are meant."]
    for module in step.modules:
        text = texts.get(f"{module}.py", "")
        tree = ast.parse(text)
        parts += [f"({module_label(step, module)})=\n## `{module}.py`", ast.get_docstring(tree) or ""]
        for exercise in step.exercises:
            if exercise.module == module:
                parts += _exercise(course, exercise, source(text, tree, exercise.target))
    return "\n\n".join(part for part in parts if part) + "\n"


def _exercise(course: Course, exercise: Exercise, stub: str) -> list[str]:
    after = ", ".join(f"[{course.exercise(id).title}](#{label(course.exercise(id))})" for id in exercise.requires)
    facts = [
        f"`{exercise.id}`",
        f"{_points(exercise)} points" if exercise.points or exercise.parts else "no points",
        f"difficulty {exercise.difficulty} of 5",
        f"about {exercise.minutes} minutes",
        *(["a bonus"] if exercise.bonus else []),
        *([f"after {after}"] if after else []),
    ]
    star = " ★" if exercise.star else ""
    return [
        f"({label(exercise)})=\n### {exercise.title}{star}",
        " · ".join(facts),
        f"```python\n{stub}\n```" if stub else "",
        f"Check it with `lmi check --exercise {exercise.id}`; `lmi hint {exercise.id}` gives a hint.",
    ]


def source(text: str, tree: ast.Module, target: str) -> str:
    """A function or class as the module has it, decorators included; a method without its class's indent."""
    body: list[ast.stmt] = tree.body
    found: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None = None
    for name in target.split("."):
        definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = next((node for node in body if isinstance(node, definitions) and node.name == name), None)
        if found is None:
            return ""
        body = found.body
    assert found is not None
    first = min([found.lineno, *(node.lineno for node in found.decorator_list)])
    return dedent("\n".join(text.split("\n")[first - 1 : found.end_lineno]))


def hours(exercises: tuple[Exercise, ...]) -> str:
    minutes = sum(exercise.minutes for exercise in exercises)
    if minutes < 90:
        return f"about {minutes} minutes"
    halves = round(minutes / 30)
    return f"about {halves // 2}{'½' if halves % 2 else ''} hours"


def count(exercises: tuple[Exercise, ...]) -> str:
    return "one exercise" if len(exercises) == 1 else f"{len(exercises)} exercises"


def _sum(exercises: tuple[Exercise, ...]) -> str:
    points = sum(exercise.points for exercise in exercises)
    said = count(exercises)
    return f"{said[0].upper()}{said[1:]}, {hours(exercises)}, {points:g} points"


def _title(exercise: Exercise) -> str:
    marks = (" ★" if exercise.star else "") + (" *(bonus)*" if exercise.bonus else "")
    return f"[{exercise.title}](#{label(exercise)}){marks}"


def _points(exercise: Exercise) -> str:
    return f"{exercise.points or sum(exercise.parts.values()):g}"
