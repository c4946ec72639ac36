"""What the grader's Python lacks of what a line of a submission asks for: a package, or a function of a package.

It is told from the text that was handed in and from what is installed here, never from what a guest says: a name that
it chose could carry hidden inputs.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import platform
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from types import ModuleType

TOLD = ("torch", "numpy", "einops", "scipy", "sklearn", "matplotlib")  # packages whose version can be the reason
LONGEST = 80


@lru_cache
def lacks(text: str, line: int, error: str) -> str:
    """What grading lacks that line `line` of `text` needs, in a sentence; "" when the error is not of that kind."""
    if error == "SyntaxError":
        return f"Grading runs Python {platform.python_version()}."
    if error not in ("ModuleNotFoundError", "ImportError", "AttributeError"):
        return ""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
        tree = ast.parse(text)
        nodes = [node for node in ast.walk(tree) if getattr(node, "lineno", None) == line]
        for name in _packages(nodes):
            if len(name) <= LONGEST and not _is_here(name):
                return f"Grading has no package called {name}."
        for name in _names(nodes, _aliases(tree)):
            package = name.partition(".")[0]
            if package in TOLD and len(name) <= LONGEST and not _has(name):
                return f"Grading runs {package} {_version(package)}, which has no {name}."
    return ""


def _packages(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _is_here(package: str) -> bool:
    if package in sys.builtin_module_names or package in sys.stdlib_module_names or package == "exercises":
        return True
    with suppress(ImportError, ValueError):
        return importlib.util.find_spec(package) is not None
    return True


def _aliases(tree: ast.Module) -> dict[str, str]:
    """The names under which the text imports modules, with what each stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found |= {alias.asname: alias.name} if alias.asname else {top: top}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _names(nodes: list[ast.AST], aliases: dict[str, str]) -> Iterator[str]:
    """The dotted names in a line, as if nothing had been renamed; the longest first."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if parts and isinstance(node, ast.Name) and node.id in aliases:
            yield ".".join([aliases[node.id], *parts])


def _has(name: str) -> bool:
    """Whether an installed module, or what it holds, has this name; it is only looked for in modules and classes."""
    found: object = importlib.import_module(name.partition(".")[0])
    path = name.partition(".")[0]
    for part in name.split(".")[1:]:
        path = f"{path}.{part}"
        if not isinstance(found, ModuleType | type):
            return True
        if not hasattr(found, part):
            return path in sys.modules or (hasattr(found, "__path__") and importlib.util.find_spec(path) is not None)
        found = getattr(found, part)
    return True


def _version(package: str) -> str:
    return str(getattr(sys.modules[package], "__version__", ""))
