"""Which test belongs to which exercise, read from the tests' text without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from autograder.course.model import Course, Problem

VISIBILITIES = ("public", "hidden")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class TestMark:
    """One test tied to one exercise (or a part of it) by `exercise(...)`; `line` is where it says so."""

    __test__: ClassVar[bool] = False  # the name is not an invitation to pytest

    file: Path
    line: int
    exercise: str
    part: str | None
    visibility: str
    test: str


def scan_tests(course: Course) -> list[TestMark]:
    """Every test's marks, public tests first. The nearest mark counts: function, then class, then module."""
    return [found for found in _scan(course) if isinstance(found, TestMark)]


def scan_problems(course: Course) -> list[Problem]:
    """Tests that cannot be read, that no exercise is tied to, or whose exercise is not written out."""
    return [found for found in _scan(course) if isinstance(found, Problem)]


def may_test(file: Path, exercises: Set[str]) -> bool:
    """Whether a file of tests can hold one of these exercises: a mark that is not written out may be any."""
    marked = _marked(file, file.stat().st_mtime_ns)
    return marked is None or not marked.isdisjoint(exercises)


@lru_cache(maxsize=1024)
def _marked(file: Path, changed: int) -> frozenset[str] | None:
    found = list(_scan_file(file, ""))
    marks = [one for one in found if isinstance(one, TestMark)]
    return frozenset(mark.exercise for mark in marks) if len(marks) == len(found) else None


def _scan(course: Course) -> Iterator[TestMark | Problem]:
    for visibility in VISIBILITIES:
        for file in sorted((course.root / "tests" / visibility).rglob("test_*.py")):
            yield from _scan_file(file, visibility)


def _scan_file(file: Path, visibility: str) -> Iterator[TestMark | Problem]:
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        yield Problem(file, line, f"is not valid Python: {getattr(error, 'msg', error)}")
        return
    calls = _pytestmarks(tree.body)
    for scope in tree.body:
        if isinstance(scope, ast.ClassDef) and scope.name.startswith("Test"):
            inherited = _marks(scope.decorator_list) or _pytestmarks(scope.body) or calls
            for inner in scope.body:
                yield from _marks_of(inner, inherited, file, visibility, f"{scope.name}::")
        else:
            yield from _marks_of(scope, calls, file, visibility, "")


def _marks_of(
    node: ast.stmt, inherited: list[ast.Call], file: Path, visibility: str, prefix: str
) -> Iterator[TestMark | Problem]:
    if not isinstance(node, _Function) or not node.name.startswith("test"):
        return
    calls = _marks(node.decorator_list) or inherited
    if not calls:
        yield Problem(file, node.lineno, f"{node.name} belongs to no exercise: add `pytestmark = exercise(...)`")
    if len(calls) > 1:
        yield Problem(file, node.lineno, f"{node.name} belongs to {len(calls)} exercises: a test belongs to one")
    for call in calls[:1]:
        id, part = _text(call.args[0] if call.args else None), _part(call)
        if id is None or part is Ellipsis:
            yield Problem(file, call.lineno, 'write the exercise out as text: exercise("00.name", part="name")')
        else:
            assert part is None or isinstance(part, str)
            yield TestMark(file, call.lineno, id, part, visibility, prefix + node.name)


def _pytestmarks(body: list[ast.stmt]) -> list[ast.Call]:
    calls: list[ast.Call] = []
    for node in body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            listed = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            calls += _marks(listed)
    return calls


def _marks(nodes: list[ast.expr]) -> list[ast.Call]:
    """The calls `exercise(...)`, `autograder.exercise(...)` or `pytest.mark.exercise(...)` among the nodes."""
    return [node for node in nodes if isinstance(node, ast.Call) and _last_name(node.func) == "exercise"]


def _last_name(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _part(call: ast.Call) -> object:
    """The text of `part=`, None where there is none, Ellipsis where it is not written out."""
    for keyword in call.keywords:
        if keyword.arg == "part" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None):
            return _text(keyword.value) or ...
    return None
