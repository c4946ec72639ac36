"""What a function of a course's own code runs, as a digest that changes when that code does.

Comments, docstrings and blank lines do not count, and nothing is imported or run. What is found may be too much (every
name that a function mentions counts), and what no name leads to, such as a file that is read, is left to the caller.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from autograder.course import Definition


class Code:
    """The modules of a course below `root`, parsed when they are met."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._modules: dict[Path, _Module] = {}

    def module(self, file: Path) -> _Module:
        if file not in self._modules:
            self._modules[file] = _Module(file)
        return self._modules[file]

    def digest(self, file: Path, name: str) -> str:
        """Of the top-level `name` in `file` and all course code that it leads to. Raises OSError and SyntaxError."""
        parts: dict[str, str] = {}
        waiting, met = [(file, name)], set()
        while waiting:
            at = file, name = waiting.pop()
            if at in met:
                continue
            met.add(at)
            module = self.module(file)
            statements = module.bound.get(name, [])
            parts[f"{file.relative_to(self.root).as_posix()}:{name}"] = "\n".join(map(module.text, statements))
            for statement in [*statements, *module.always]:
                waiting += self._leads_to(module, statement)
        return hashlib.sha256(repr(sorted(parts.items())).encode()).hexdigest()[:16]

    def _leads_to(self, module: _Module, statement: ast.stmt) -> Iterator[tuple[Path, str]]:
        """Names at the top level of course modules that a statement mentions."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                if (found := self._imported(module, node.value.id)) and not found[1]:
                    yield found[0], node.attr
            elif isinstance(node, ast.Name):
                if node.id in module.bound:
                    yield module.file, node.id
                elif (found := self._imported(module, node.id)) and found[1]:
                    yield found

    def _imported(self, module: _Module, name: str) -> tuple[Path, str] | None:
        """The file and the name in it that `name` was imported from; no name where it is a whole module of a course."""
        if name not in module.imports:
            return None
        source, attribute = module.imports[name]
        if attribute and (
            whole := self._file(module, f"{source}.{attribute}" if source.strip(".") else source + attribute)
        ):
            return whole, ""
        file = self._file(module, source)
        return (file, attribute) if file else None

    def _file(self, module: _Module, dotted: str) -> Path | None:
        level = len(dotted) - len(dotted.lstrip("."))
        base = module.file.parents[level - 1] if level else self.root
        place = base.joinpath(*filter(None, dotted.split(".")))
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file() and file.is_relative_to(self.root):
                return file
        return None


class _Module:
    def __init__(self, file: Path) -> None:
        self.file = file
        self._text = file.read_text(encoding="utf-8")
        self.bound: dict[str, list[ast.stmt]] = {}
        self.imports: dict[str, tuple[str, str]] = {}  # name → module, with its leading dots, and the name in it
        self.always: list[ast.stmt] = []  # what runs on import and binds nothing
        for node in ast.parse(self._text, str(file)).body:
            self._add(node)

    def text(self, statement: ast.stmt) -> str:
        """The statement's lines, without comments on lines of their own, docstrings and blank lines."""
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
        dropped = {line for node in ast.walk(statement) for line in _docstring(node)}
        numbered = enumerate(self._lines[first - 1 : statement.end_lineno], first)
        lines = (line.rstrip() for number, line in numbered if number not in dropped)
        return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.splitlines()

    def _add(self, node: ast.stmt) -> None:
        if isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            self.imports |= {alias.asname or alias.name: (source, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            self.imports |= {alias.asname: (alias.name, "") for alias in node.names if alias.asname}
        elif isinstance(node, Definition):
            self.bound.setdefault(node.name, []).append(node)
        elif names := {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}:
            for name in names:
                self.bound.setdefault(name, []).append(node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            self.always.append(node)


def _docstring(node: ast.AST) -> range:
    """The lines of a definition's docstring."""
    if isinstance(node, Definition) and ast.get_docstring(node, clean=False) is not None:
        first = node.body[0]
        return range(first.lineno, (first.end_lineno or first.lineno) + 1)
    return range(0)
