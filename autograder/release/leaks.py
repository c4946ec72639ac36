"""Does a release give answers away? A search for solution bodies, hidden tests and recorded numbers."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from autograder.course import Course, find_regions, stub_texts

STAFF_ONLY = ("reference", "tests/hidden", "tests/banks", "tests/engine", ".lmi")
SHORTEST_LINE = 8  # characters without spaces; what is shorter says nothing
TELLING_LINE = 30  # characters that make a single line a solution
TELLING_DIGITS = 5  # digits that make a number a recorded one
MAX_TEXT = 20_000_000  # bytes

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w|\.\d)")
_TAG = re.compile(r"<[^>]*>")
_Window = tuple[str, ...]


class _Secret(NamedTuple):
    """Something that must not be found: any of the windows (lines that follow each other), names or numbers."""

    what: str
    windows: frozenset[_Window] = frozenset()
    words: frozenset[str] = frozenset()


def leaks(course: Course, out: Path) -> list[str]:
    """What the release at `out` gives away, one line each; empty when nothing."""
    secrets = [*_solutions(course), *_hidden_tests(course), *_checkpoints(course)]
    found = []
    for path in sorted(path for path in Path(out).rglob("*") if path.is_file() and path.stat().st_size <= MAX_TEXT):
        name = path.relative_to(out).as_posix()
        if name.startswith(tuple(f"{folder}/" for folder in STAFF_ONLY)):
            found.append(f"{name}: belongs to the staff")
        text = _text(path)
        windows = _windows(_telling_lines(text))
        words = set(re.findall(r"[A-Za-z_]\w*", text)) | set(_NUMBER.findall(text))
        for secret in secrets:
            if secret.windows & windows or secret.words & words:
                found.append(f"{name}: {secret.what}")
    return found


def _solutions(course: Course) -> Iterator[_Secret]:
    for step in course.steps:
        given: set[_Window] = set()
        for text in stub_texts(course, step).values():
            given |= _windows(_telling_lines(text))
        for file in sorted(course.reference_folder(step).glob("*.py")):
            text = file.read_text(encoding="utf-8")
            for region in find_regions(text, file):
                lines = text.split("\n")[region.first : region.last - 1]
                what = f"the solution in {file.relative_to(course.root).as_posix()}:{region.first}"
                yield _Secret(what, frozenset(_longest_windows(lines) - given))


def _hidden_tests(course: Course) -> Iterator[_Secret]:
    public: set[_Window] = set()
    names: set[str] = set()
    for file in sorted((course.root / "tests/public").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        public |= _windows(_telling_lines(text))
        names |= {test.name for test in _functions(ast.parse(text))}
    for file in sorted((course.root / "tests/hidden").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for test in _functions(ast.parse(text)):
            lines = text.split("\n")[test.body[0].lineno - 1 : test.end_lineno]
            what = f"the hidden test {test.name} of {file.relative_to(course.root).as_posix()}"
            own = {test.name} - names if test.name.startswith("test") else set()
            yield _Secret(what, frozenset(_longest_windows(lines) - public), frozenset(own))


def _checkpoints(course: Course) -> Iterator[_Secret]:
    for file in sorted((course.root / "reference/checkpoints").glob("*.json")):
        for name, checkpoint in json.loads(file.read_text(encoding="utf-8")).items():
            value = checkpoint.get("value") if isinstance(checkpoint, dict) else checkpoint
            written = {text for number in _numbers(value) for text in _spellings(number)}
            yield _Secret(f"the checkpoint {name} of {file.name}", words=frozenset(written))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, list):
        for inner in value:
            yield from _numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def _spellings(number: float) -> set[str]:
    """Ways to write a number that no other number would be written in by chance."""
    ways = {repr(abs(number)), *(f"{abs(number):.{digits}g}" for digits in (TELLING_DIGITS, 6, 8, 10))}
    return {way for way in ways if len(re.sub(r"[eE].*|\D", "", way).strip("0")) >= TELLING_DIGITS}


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _text(path: Path) -> str:
    """A file's text; a notebook's is that of its cells, a page's also what it shows; nothing for what is not text."""
    try:
        text = path.read_bytes().decode("utf-8")
        if path.suffix == ".html":
            return f"{text}\n{html.unescape(_TAG.sub('', text))}"
        if path.suffix != ".ipynb":
            return text
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)
    except (ValueError, KeyError, TypeError):
        return ""


def _telling_lines(text: str | Iterable[str]) -> list[str]:
    """Lines without spaces and comments; short ones and brackets on their own left out."""
    lines = text.split("\n") if isinstance(text, str) else text
    bare = (re.sub(r"\s+", "", line.split("#")[0]) for line in lines)
    return [line for line in bare if len(line) >= SHORTEST_LINE]


def _windows(lines: list[str]) -> set[_Window]:
    return {tuple(lines[at : at + size]) for size in (1, 2, 3) for at in range(len(lines) - size + 1)}


def _longest_windows(lines: list[str]) -> set[_Window]:
    """Three lines in a row, or all there are; one line only if it is long."""
    telling = _telling_lines(lines)
    size = min(len(telling), 3)
    if size == 0 or (size == 1 and len(telling[0]) < TELLING_LINE):
        return set()
    return {window for window in _windows(telling) if len(window) == size}
