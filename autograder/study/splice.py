"""One function, class or method of a module exchanged for another text of it."""

from __future__ import annotations

import ast

from autograder.course import Definition, Import, bound_name, definition, used_names


def put_back(text: str, stub: str, target: str) -> str:
    """`text` with `target` ("f", "Model" or "Model.f") as it is in `stub`; where it is missing it is added.

    Raises SyntaxError when `text` is not Python, ValueError when it would not be afterwards.
    """
    new = _find(stub, target)
    assert new is not None, f"the stub has no {target}"
    lines, stub_lines = _lines(text), _lines(stub)
    outer = target.rpartition(".")[0]
    if old := _find(text, target):
        lines[_first(old) - 1 : old.end_lineno] = _text_of(new, stub_lines)
    elif not outer:
        lines = [*_lines(text.rstrip("\n") + "\n"), "\n", "\n", *_text_of(new, stub_lines)]
    elif owner := _find(text, outer):
        lines[owner.end_lineno : owner.end_lineno] = ["\n", *_text_of(new, stub_lines)]
    else:
        return put_back(text, stub, outer)
    after = "".join(lines)
    try:
        ast.parse(after)
    except SyntaxError as error:
        raise ValueError(f"the stub of {target} does not fit in (line {error.lineno}: {error.msg})") from None
    return after


def missing_imports(text: str, stub: str, target: str) -> list[str]:
    """The import statements of `stub` that `target` needs there and that `text` lacks."""
    node = _find(stub, target)
    there = {name for one in ast.parse(text).body for name in _binds(one)}
    needed = (used_names(node) if node else set()) - there
    found = []
    for one in ast.parse(stub).body:
        if isinstance(one, Import):
            names = [alias for alias in one.names if bound_name(one, alias) in needed]
            if names:
                one.names = names
                found.append(ast.unparse(one))
    return found


def _find(text: str, target: str) -> Definition | None:
    return definition(ast.parse(text), target)


def _lines(text: str) -> list[str]:
    """Lines as Python counts them, the last one closed."""
    lines = [f"{line}\n" for line in text.split("\n")]
    return lines[:-1] if text.endswith("\n") or not text else lines


def _first(node: Definition) -> int:
    return min(node.lineno, *(one.lineno for one in node.decorator_list)) if node.decorator_list else node.lineno


def _text_of(node: Definition, lines: list[str]) -> list[str]:
    return lines[_first(node) - 1 : node.end_lineno]


def _binds(node: ast.stmt) -> set[str]:
    if isinstance(node, Import):
        return {bound_name(node, alias) for alias in node.names}
    if isinstance(node, ast.Assign):
        return {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return {node.name} if isinstance(node, Definition) else set()
