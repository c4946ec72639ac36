"""Which exercises a change to a step's functions can reach, so that the others need not be graded again.

What is found may be too much (every name that code mentions counts, wherever it leads) but not too little: a test that
calls nothing which mentions a changed name runs the very code that the solutions run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from autograder.report import Report


class Reach:
    """What the tests of each exercise ran when the solutions `files` were graded as `report`."""

    def __init__(self, files: Mapping[str, str], report: Report):
        self._bound = _Bound()
        for text in files.values():
            self._bound.add(text)
        self._ran = {exercise.id: self._closure(exercise.called) for exercise in report.exercises}

    def exercises(self, source: str) -> frozenset[str]:
        """The exercises that can come out differently when `source` is appended to modules of the solutions."""
        change = _bound_by(source)
        if change.does_more:
            return frozenset(self._ran)
        replaced = set(change.mentions) | {n for n, origin in change.imports.items() if self._means_another(n, origin)}
        return frozenset(id for id, names in self._ran.items() if names & replaced)

    def apart(self, source: str, other: str) -> bool:
        """Whether both may be appended to modules of the solutions and each does what it does alone."""
        a, b = _bound_by(source), _bound_by(other)
        if a.does_more or b.does_more:
            return False
        shared = a.imports.keys() & b.imports.keys()
        return not (a.reads & b.binds or b.reads & a.binds) and all(a.imports[n] == b.imports[n] for n in shared)

    def _means_another(self, name: str, origin: str) -> bool:
        return name in self._bound.mentions or self._bound.imports.get(name, origin) != origin

    def _closure(self, names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            if (name := waiting.pop()) not in found:
                found.add(name)
                waiting += self._bound.mentions.get(name, ())
        return found


class _Bound:
    """The names that modules bind: what each definition mentions, and where each import comes from."""

    def __init__(self) -> None:
        self.mentions: dict[str, set[str]] = {}
        self.imports: dict[str, str] = {}
        self.does_more = False  # than binding names

    @cached_property
    def binds(self) -> set[str]:
        """The names of its own."""
        return set(self.mentions)

    @cached_property
    def reads(self) -> set[str]:
        """The names that it mentions, its own among them."""
        return self.binds.union(self.imports, *self.mentions.values())

    def add(self, source: str) -> None:
        for node in ast.parse(source).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self.imports |= dict(_imported(node))
            elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign):
                for name in _targets(node):
                    self.mentions.setdefault(name, set()).update(_names(node))
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                self.does_more = True


@lru_cache(maxsize=1024)  # each of a bank is compared with many others
def _bound_by(source: str) -> _Bound:
    bound = _Bound()
    bound.add(source)
    return bound


def _targets(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _names(node: ast.stmt) -> set[str]:
    parts = list(ast.walk(node))
    return {part.id for part in parts if isinstance(part, ast.Name)} | {
        part.attr for part in parts if isinstance(part, ast.Attribute)
    }


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{'.' * node.level}{node.module or ''}:{alias.name}"
        else:
            yield alias.asname or alias.name.partition(".")[0], alias.name if alias.asname else ""
