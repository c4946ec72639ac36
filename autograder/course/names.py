"""Which names Python code binds by importing, which it uses, and what defines one."""

from __future__ import annotations

import ast
from collections.abc import Iterable

Import = ast.Import | ast.ImportFrom
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def bound_name(node: Import, alias: ast.alias) -> str:
    """The name an import gives to one of its aliases: `import a.b` binds `a`."""
    name = alias.asname or alias.name
    return name if alias.asname or isinstance(node, ast.ImportFrom) else name.split(".")[0]


def only(node: Import, alias: ast.alias) -> Import:
    """The import of this one alias alone."""
    return ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)


def used_names(*nodes: ast.AST) -> set[str]:
    """Names that the code mentions, also in string annotations and `__all__`."""
    used = set()
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            used |= _in_strings(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            used |= _in_strings(node.returns)
        elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            used |= {text for text in _strings(node.value)}
    return used


def _in_strings(annotation: ast.expr | None) -> set[str]:
    names = set()
    for text in _strings(annotation):
        try:
            names |= used_names(ast.parse(text.strip(), mode="eval"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return names


def _strings(node: ast.AST | None) -> Iterable[str]:
    inner = ast.walk(node) if node else ()
    return (part.value for part in inner if isinstance(part, ast.Constant) and isinstance(part.value, str))


def definition(tree: ast.Module, target: str) -> Definition | None:
    """The function, class or `Class.method` that counts: the last of its name."""
    body, found = tree.body, None
    for name in target.split("."):
        found = next((node for node in reversed(body) if isinstance(node, Definition) and node.name == name), None)
        if found is None:
            return None
        body = found.body
    return found
