"""The exercises as pages: what the manifests say of them, and the stubs, whose docstrings are the tasks."""

from __future__ import annotations

import ast
import re
from textwrap import dedent

from autograder.course import Course, Exercise, Step, definition, stub_texts


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
            f"| {_title(one)}<br>`{one.id}` | {one.difficulty} | {one.minutes} | {_points(one)} |"
            for one in step.exercises
        ]
        parts += [
            f"## {called(step)}: [{step.title}]({step.folder}/index.md)",
            f"{_sum(step.exercises)}.",
            "\n".join(["| exercise | difficulty | minutes | points |", "|---|---|---|---|", *rows]),
        ]
    return "\n\n".join([*parts, "Difficulty goes from 1 to 5. Minutes are an estimate.\n"])


def step_exercises(course: Course, step: Step) -> str:
    """One page with the exercises of a step, module by module, each with its stub."""
    texts = stub_texts(course, step)
    parts = [
        f"# {called(step)}: exercises",
        f"{_sum(step.exercises)}, in the order in which they are meant. `lmi check {step.id}` tests them, "
        f"`lmi check --exercise {step.exercises[0].id}` one of them, `lmi hint {step.exercises[0].id}` gives a hint.",
    ]
    for module in step.modules:
        text = texts.get(f"{module}.py", "")
        tree = ast.parse(text)
        parts += [f"({module_label(step, module)})=\n## `{module}.py`", ast.get_docstring(tree) or ""]
        for exercise in step.exercises:
            if exercise.module == module:
                parts += _exercise(course, exercise, task(text, tree, exercise.target))
    return "\n\n".join(part for part in parts if part) + "\n"


def _exercise(course: Course, exercise: Exercise, stub: str) -> list[str]:
    after = ", ".join(f"[{course.exercise(id).title}](#{label(course.exercise(id))})" for id in exercise.requires)
    facts = [
        f"`{exercise.id}`",
        "no points" if _points(exercise) == "0" else f"{_points(exercise)} point{'s' * (_points(exercise) != '1')}",
        f"difficulty {exercise.difficulty} of 5",
        f"about {exercise.minutes} minutes",
        *(["a bonus"] if exercise.bonus else []),
        *([f"after {after}"] if after else []),
    ]
    star = " ★" if exercise.star else ""
    return [
        f"({label(exercise)})=\n### {exercise.title}{star}",
        " · ".join(facts),
        stub,
    ]


def task(text: str, tree: ast.Module, target: str) -> str:
    """What a stub asks, in Markdown: a function's signature and its docstring as prose; a class as it stands."""
    node = definition(tree, target)
    if node is None:
        return ""
    lines = text.split("\n")
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    said = ast.get_docstring(node)
    if isinstance(node, ast.ClassDef) or said is None:
        return _code("\n".join(lines[first - 1 : node.end_lineno]))
    return f"{_code(chr(10).join(lines[first - 1 : node.body[0].lineno - 1]))}\n\n{prose(said)}"


def prose(docstring: str) -> str:
    """A docstring in Markdown: what is indented stays as it is, all else is text in which only `code` is code."""
    blocks = re.split(r"\n\s*\n", docstring)
    return "\n\n".join(_code(block, "text") if block.startswith(" ") else _escaped(block) for block in blocks)


def _escaped(text: str) -> str:
    special = re.compile(r"([\\*_<>\[\]$#|~])")
    pieces = re.split(r"(`+[^`]+`+)", text)
    return "".join(piece if piece.startswith("`") else special.sub(r"\\\1", piece) for piece in pieces)


def _code(text: str, language: str = "python") -> str:
    return f"```{language}\n{dedent(text)}\n```"


def hours(exercises: tuple[Exercise, ...]) -> str:
    minutes = sum(exercise.minutes for exercise in exercises)
    if minutes < 90:
        return f"about {minutes} minutes"
    halves = round(minutes / 30)
    return f"about {halves // 2}{'½' if halves % 2 else ''} hours"


def called(step: Step) -> str:
    """How a step is called: "Step 00", or "Primer" where its id is a word."""
    return f"Step {step.id}" if step.id[0].isdigit() else step.id.capitalize()


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
