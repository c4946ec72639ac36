"""What a learner wrote in a module, and what is still as the course gave it out."""

from __future__ import annotations

import ast
import copy
import io
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from autograder.course import Course, Import, Step, bound_name, only, stub_texts

BROKEN = (SyntaxError, ValueError, RecursionError, MemoryError)  # by which Python says that it cannot read code
STUB = "a stub"
_Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def still_stubs(course: Course, step: Step, files: Mapping[str, bytes]) -> list[str]:
    """Ids of the step's exercises whose function or class is missing or as it was given out."""
    given = stub_texts(course, step)
    untouched = []
    for exercise in step.exercises:
        module = f"{exercise.module}.py"
        ours = _given(given.get(module, ""), exercise.target)
        theirs = _object(files.get(f"{step.folder}/{module}", b""), exercise.target)
        if theirs in (None, ours, STUB):
            untouched.append(exercise.id)
    return untouched


def untouched(course: Course, step: Step, files: Mapping[str, bytes]) -> bool:
    """Whether a step's modules are those that the course gave out, no more and no fewer, all its exercises stubs."""
    given = stub_texts(course, step)
    ours = {f"{step.folder}/{name}": text.encode() for name, text in given.items() if text}
    theirs = {path: text.replace(b"\r\n", b"\n") for path, text in files.items() if path.startswith(f"{step.folder}/")}
    return {path: text for path, text in theirs.items() if text} == ours and all(
        _given(given.get(f"{exercise.module}.py", ""), exercise.target) == STUB for exercise in step.exercises
    )


def defined(source: bytes) -> set[str]:
    """The top-level functions and classes that a module defines, stubs aside."""
    try:
        nodes = ast.parse(source).body
    except BROKEN:
        return set()
    return {node.name for node in nodes if isinstance(node, _Documented) and not _only_raises(node)}


def written(source: str, stub: str) -> dict[str, str] | None:
    """Top-level names that the source binds otherwise than the stub → how; None when Python cannot read the source.

    How is a text that ignores comments, spacing and docstrings. A function that only raises NotImplementedError is
    not written, whatever its signature: the stub may be of another version of the course.
    """
    try:
        ours, theirs = bindings(ast.parse(stub).body), bindings(ast.parse(source).body)
        return {
            name: described(node)
            for name, node in theirs.items()
            if not _only_raises(node) and (name not in ours or described(ours[name]) != described(node))
        }
    except BROKEN:
        return None


def source_text(source: bytes) -> str:
    """A module's text as Python decodes it: by its mark or its coding line, else as UTF-8."""
    return source.decode(coding_of(source), errors="replace")


def coding_of(source: bytes) -> str:
    """The name of that encoding."""
    try:
        return tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    except (SyntaxError, ValueError):
        return "utf-8-sig"


def described(node: ast.AST) -> str:
    """The statement as a text that ignores comments, spacing and its docstring; "" when it is nested too deeply."""
    if isinstance(node, _Documented) and ast.get_docstring(node) is not None:
        node = copy.copy(node)
        node.body = node.body[1:]
    try:
        return ast.dump(node)
    except RecursionError:
        return ""


def bindings(nodes: Sequence[ast.stmt]) -> dict[str, ast.AST]:
    """Top-level name → the last statement that binds it; for an import, the name's own part of it."""
    found: dict[str, ast.AST] = {}
    for node in nodes:
        if isinstance(node, _Documented):
            found[node.name] = node
        elif isinstance(node, Import):
            found |= {bound_name(node, alias): only(node, alias) for alias in node.names}
        else:
            found |= dict.fromkeys(_bound_within(node), node)
    return found


def _bound_within(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds, in its blocks too: not in functions and classes."""
    if isinstance(node, _Documented):
        yield node.name
    elif isinstance(node, Import):
        yield from (bound_name(node, alias) for alias in node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif not isinstance(node, ast.Lambda):
        for inner in ast.iter_child_nodes(node):
            yield from _bound_within(inner)


def _only_raises(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.unparse(body[0])


@lru_cache(maxsize=512)  # of all exercises of a course, asked for each submission
def _given(stub: str, target: str) -> str | None:
    return _object(stub.encode(), target)


def _object(source: bytes, target: str) -> str | None:
    """What binds the function, class or `Class.method`, as a text that ignores comments and spacing.

    None when nothing does, STUB for a function that only raises NotImplementedError, "" when it cannot be read.
    """
    try:
        nodes = ast.parse(source).body
        if "." in target and (put := next((node for node in reversed(nodes) if _puts(node, target)), None)):
            return ast.dump(put)
        found: ast.AST | None = None
        for name in target.split("."):
            above, found = found, _last_binding(nodes, name)
            if found is None:  # a method may come with a class that it is built on
                return ast.dump(above) if isinstance(above, ast.ClassDef) and above.bases else None
            if not isinstance(found, ast.ClassDef):
                break
            nodes = found.body
        return None if found is None else STUB if _only_raises(found) else ast.dump(found)
    except BROKEN:
        return ""


def _last_binding(nodes: list[ast.stmt], name: str) -> ast.AST | None:
    """The last statement that binds the name, or may: `from … import *`."""
    found = None
    for node in nodes:
        bound = bindings([node])
        found = bound.get(name) or bound.get("*") or found
    return found


def _puts(node: ast.stmt, target: str) -> bool:
    """Whether it is `Class.method = …`."""
    return isinstance(node, ast.Assign) and any(ast.unparse(one) == target for one in node.targets)
