"""What the cells of a notebook give to the modules of its step: read with the submission, run in the sandbox.

This text is the head of a module that grading adds to a submission; below it, `CELLS` holds the notebook's statements
that exercises need, and `NEEDS` which of them each name needs. They run as in the notebook's kernel, among one set of
names, when the first module that wants one of them is imported. A statement that fails leaves the others alone.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import inspect
import linecache
import os
import shlex
import sys
import threading
import traceback
import types
from typing import Any

CELLS: list[tuple[int, int, str, bool, list[str]]] = []  # cell (0: none), line, text, do annotations wait, functions
NEEDS: dict[str, list[int]] = {}  # name → places in CELLS
NOTEBOOK = "lesson.ipynb"
LATE = 0x1000000  # `from __future__ import annotations`


class Silent:
    """Stands for IPython's shell: whatever is asked of it does nothing and gives nothing."""

    def __getattr__(self, name: str) -> Any:
        return [] if name.startswith("__") and name != "__call__" else self

    def __call__(self, *_: Any, **__: Any) -> Silent:
        return self

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __str__(self) -> str:
        return ""


class Shell(Silent):
    """What of a shell's magics makes something that functions may need."""

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> Any:
        if name in ("env", "set_env") and line.strip():
            variable, value = (line.split("=", 1) if "=" in line else [*line.split(None, 1), ""])[:2]
            if value:
                os.environ[variable.strip()] = value.strip()
            return self
        return _run_file(line) if name == "run" else self

    def run_cell_magic(self, name: str, line: str, cell: str, mode: str = "w", *_: Any) -> Any:
        if name == "writefile":
            if folder := os.path.dirname(line):
                os.makedirs(folder, exist_ok=True)
            with open(line, mode, encoding="utf-8") as file:
                file.write(cell)
        return self


def _nobody(*_: Any) -> str:
    raise EOFError("grading has nobody who types an answer")


class Unmade:
    """Stands for what a statement that failed should have made, and says so when it is used."""

    def __init__(self, name: str, why: str) -> None:
        self.__dict__.update(_name=name, _why=why)

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError(f"there is no {self._name}: {self._why}")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"there is no {self._name}: {self._why}")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __getitem__ = __call__
    __matmul__ = __rmatmul__ = __pow__ = __lt__ = __gt__ = __le__ = __ge__ = __len__ = __iter__ = __neg__ = __call__


_names = types.ModuleType(f"{__name__}_names")
_names.__dict__.update(__package__=__package__, get_ipython=Shell, display=Silent(), In=[], Out={})
_names.__dict__["input"] = _nobody
_given: dict[str, Any] = {}  # functions as their own statements left them, whatever a later variable is called
_failed: dict[str, str] = {}  # name → why there is none
_troubles: list[str] = []  # what failed, in order
_done: set[int] = set()
_wanting: list[tuple[dict[str, Any], str]] = []
_running = False


def give(module: dict[str, Any], name: str) -> Any:
    """The notebook's own for a module that is being imported; while cells are running, the module gets it later."""
    global _running
    _see_helpers()
    _wanting.append((module, name))
    if _running:
        return module.get(name)
    _running = True
    try:
        for _, wanted in _wanting:  # grows while cells import modules
            _run(wanted)
    finally:
        _running = False
    for wanting, wanted in _wanting:
        if (value := _value(wanted)) is not None:
            wanting[wanted] = value
    _wanting.clear()
    return module.get(name)


def _run(name: str) -> None:
    for at in sorted(set(NEEDS.get(name, [])) - _done):
        _done.add(at)
        _execute(*CELLS[at])
    for name, why in _failed.items():
        _names.__dict__.setdefault(name, Unmade(name, why))
    _names.__dict__.update({name: value for name, value in _given.items() if name not in _failed})


def _value(name: str) -> Any:
    if name in _failed:
        return Unmade(name, _failed[name])
    return _given.get(name, _names.__dict__.get(name))


def _execute(cell: int, line: int, text: str, late: bool, gives: list[str]) -> None:
    file = os.path.join(os.path.dirname(__file__), f"{NOTEBOOK}, cell {cell}")
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | (LATE if late else 0)
    names = _names.__dict__
    try:
        tree = ast.parse(text)
        names["__name__"] = "__main__" if _asks_for_main(tree.body[0]) else _names.__name__
        code = compile("\n" * (line - 1) + text, file, "exec", flags, dont_inherit=True)
        made = eval(code, names)
        if inspect.iscoroutine(made):
            _wait_for(made)
        _given.update({name: names[name] for name in gives if name in names})
        for name in gives:
            _failed.pop(name, None)
    except BaseException as error:  # a cell that fails leaves the next ones alone, in a kernel too
        said = traceback.format_exception_only(error)[-1].strip()
        why = f"{f'cell {cell}' if cell else f'`{text}`'} failed when it was run ({said})"
        print(f"{NOTEBOOK}: {why}")
        _troubles.append(why)
        _failed.update({name: why for name in (*gives, *_bound(text)) if name in gives or name not in names})


def _asks_for_main(node: ast.stmt) -> bool:
    """Whether `__name__` is asked while the statement runs: `if __name__ == "__main__":`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node))


def _run_file(line: str) -> Any:
    """`%run file`: its names become the notebook's; with -i it runs among them."""
    words = shlex.split(line)
    name = next(word for word in words if not word.startswith("-"))
    path = os.path.join(os.path.dirname(__file__), name if name.endswith(".py") else f"{name}.py")
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec", dont_inherit=True)
    names: dict[str, Any] = _names.__dict__ if "-i" in words else {"__builtins__": builtins}
    kept = names.get("__name__")
    names |= {"__name__": "__main__", "__file__": path}
    try:
        exec(code, names)
    finally:
        _names.__dict__.update({name: value for name, value in names.items() if not name.startswith("__")})
        if "-i" in words:
            names["__name__"] = kept
            names.pop("__file__")  # a kernel has none


def _bound(text: str) -> list[str]:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    stored = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    aliases = [one.asname or one.name.split(".")[0] for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)
               for one in node.names]  # fmt: skip
    return [*stored, *aliases]


def _wait_for(coroutine: Any) -> None:
    failures: list[BaseException] = []

    def wait() -> None:
        try:
            asyncio.run(coroutine)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=wait)  # a notebook's own kernel has a loop running in this one
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def _show_lines() -> None:
    """Tracebacks show the lines of the cells."""
    lines: dict[int, dict[int, str]] = {}
    for cell, first, text, _, _ in CELLS:
        lines.setdefault(cell, {}).update(enumerate(text.split("\n"), first))
    for cell, known in lines.items():
        file = os.path.join(os.path.dirname(__file__), f"{NOTEBOOK}, cell {cell}")
        whole = [f"{known.get(at, '')}\n" for at in range(1, max(known) + 1)]
        linecache.cache[file] = sum(map(len, whole)), None, whole, file


def _begin() -> None:
    """Called when CELLS and NEEDS are there."""
    sys.modules[_names.__name__] = _names
    _see_helpers()
    _show_lines()


def _see_helpers() -> None:
    """Modules beside the notebook are found, as a kernel finds them; each module that is imported has its own path."""
    folder = os.path.dirname(os.path.abspath(__file__))
    if folder not in sys.path:
        sys.path.append(folder)
