"""Public and hidden tests agree about form: the solutions, with their results in other forms, pass both or neither.

What a hidden test demands of type, dtype and fields a learner could otherwise not know, and would lose points by it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course import Course, Exercise, Step
from autograder.report import ExerciseResult, Report
from autograder.submission import solutions, submission
from autograder.upkeep.cases import Case
from autograder.upkeep.grouping import grouped

IN_GUEST = Path(__file__).with_name("other_forms.py")
FLOATS = ("Float", "Float32", "Float64", "Complex64", "Complex128")
INTEGERS = ("Int", "Int64", "Int32", "Bool")
FORMS = {  # form → what an annotation mentions where a result has another such form
    "the other precision": FLOATS,
    "other integers": INTEGERS,
    "0-d tensors for numbers": ("int", "float", "bool"),
    "numbers for 0-d tensors": ("0-d",),
    "lists for tensors": ("Tensor",),
    "arrays": ("Tensor",),
    "floats for whole numbers": ("int",),
    "tuples for records": ("NamedTuple",),
    "lists for tuples": ("tuple",),
    "gradients and strides": ("Tensor",),
}
CHEATS = (  # of the right kind, or ready for any question, without an idea
    "zeros", "not a number", "noise", "empty tensors", "its arguments", "an object that agrees", "nothing",
)  # fmt: skip
QUICK, QUICK_EACH = ("the other precision", "tuples for records"), 4  # forms, exercises of each in a quick check


def form_cases(course: Course, step: Step, report: Report, quick: bool = False) -> Iterator[Case]:
    """The solutions with results in other forms, and with values of no meaning; `report` is that of the solutions.

    One case has the results of many exercises in one form: of those whose tests use none of the others'.
    """
    files = solutions(course, step)
    returned = Returned(files)
    for form in QUICK if quick else (*FORMS, *CHEATS):
        concerned = [e for e in step.exercises if returned.may_have(e.target, form)]
        for i, batch in enumerate(_apart(concerned[: QUICK_EACH if quick else None], report), start=1):
            name = f"{'cheat' if form in CHEATS else 'form'} {form}, {i}"
            handed_in, only = submission(name, in_form(files, step, batch, form)), {e.id for e in batch}
            if form in CHEATS:
                yield Case(name, handed_in, _unearned, only=only)
            else:
                yield Case(name, handed_in, _agreed, only=only, apart=True)


def _unearned(report: Report) -> str | None:
    """No test that gives points may pass what has the right kind and shape and nothing else."""
    off = [f"{result.id} gets {result.score:g}" for result in report.exercises if result.score]
    return f"should have no points, but: {'; '.join(off)}" if off else None


def _agreed(report: Report) -> str | None:
    return "; ".join(found for result in report.exercises if (found := _disagreement(result))) or None


def _disagreement(result: ExerciseResult) -> str | None:
    failed = {
        test.visibility: f"{test.id}: {test.message.splitlines()[0] if test.message else test.outcome}"
        for test in reversed(result.tests)
        if test.outcome not in ("passed", "skipped")
    }
    if len(failed) != 1:
        return None
    ((refuse, why),) = failed.items()
    return f"{result.id}: only {refuse} tests refuse it ({why})"


def in_form(files: Mapping[str, str], step: Step, exercises: Iterable[Exercise], form: str) -> dict[str, str]:
    """The solutions with what these exercises' functions return in another form."""
    done, text = dict(files), IN_GUEST.read_text(encoding="utf-8")
    for exercise in exercises:
        path = f"{step.folder}/{exercise.module}.py"
        if done[path] == files[path]:
            done[path] += (
                f"\n\nexec(compile({text!r}, 'other_forms', 'exec'), _forms := {{'__name__': 'other_forms'}})\n"
            )
        done[path] += f"_forms['change'](globals(), {exercise.target!r}, {form!r})\n"
    return done


def _apart(exercises: Sequence[Exercise], report: Report) -> list[list[Exercise]]:
    """Batches in which no exercise builds on another, nor do its tests call another's function."""
    called = {result.id: set(result.called) for result in report.exercises}

    def tied(a: Exercise, b: Exercise) -> bool:
        return b.id in a.requires or b.top_level in called.get(a.id, ()) or a.top_level == b.top_level

    return grouped(exercises, lambda a, b: tied(a, b) or tied(b, a))


class Returned:
    """What the functions of a step may return, told from their annotations; anything where these do not say."""

    def __init__(self, files: Mapping[str, str]):
        self._names: dict[str, set[str]] = {}
        for text in files.values():
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef):
                    self._names[node.name] = _returned(node)
                elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    self._names[node.targets[0].id] = _mentioned([node.value])
                elif isinstance(node, ast.ClassDef):
                    fields = [part.annotation for part in node.body if isinstance(part, ast.AnnAssign)]
                    self._names[node.name] = _mentioned([*node.bases, *fields])
                    methods = [part for part in node.body if isinstance(part, ast.FunctionDef)]
                    self._names |= {f"{node.name}.{method.name}": _returned(method) for method in methods}

    def may_have(self, target: str, form: str) -> bool:
        names = self._expanded(target)
        if form in CHEATS:  # of a function that only changes what it was given nothing comes back
            return names != {target} or form in ("an object that agrees", "nothing")
        if "Module" in names:
            return False  # it stays on the submission's side
        return "?" in names or any(name in names for name in FORMS[form])

    def _expanded(self, target: str) -> set[str]:
        found: set[str] = set()
        waiting = [target]
        while waiting:
            if (name := waiting.pop()) not in found:
                found.add(name)
                waiting += self._names.get(name, ())
        return found


def _returned(function: ast.FunctionDef) -> set[str]:
    return _mentioned([function.returns]) if function.returns else {"?"}


def _mentioned(annotations: Iterable[ast.expr | None]) -> set[str]:
    """The names in annotations; for a tensor also its kind of numbers, and "0-d" where it may have no axes."""
    found: set[str] = set()
    waiting: list[ast.AST] = [annotation for annotation in annotations if annotation]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple) and _is_tensor(node.slice.elts[0]):
            found |= {"Tensor", ast.unparse(node.value), *(["0-d"] if _may_be_0d(node.slice.elts[1]) else [])}
        elif _is_tensor(node):
            found |= {"Tensor", "Float", "Int64", "0-d"}
        elif isinstance(node, ast.Name | ast.Attribute):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        else:
            waiting += ast.iter_child_nodes(node)
    return found


def _is_tensor(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "Tensor"


def _may_be_0d(shape: ast.expr) -> bool:
    axes = str(shape.value).split() if isinstance(shape, ast.Constant) else []
    return all(axis.startswith("*") or axis == "..." for axis in axes)
