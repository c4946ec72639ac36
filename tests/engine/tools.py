"""What the engine's tests of several rooms use: texts to hand in to the tiny course, and room for its modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from autograder.sandbox.backends import bwrap_problem
from tests.engine.tiny_course import SOLUTION, STUB, edited

ROOT = Path(__file__).resolve().parents[2]
BACKEND = "process" if bwrap_problem() else "bwrap"
SUMS = "exercises/step00_sums/sums.py"
MODULE = "step00_sums/sums.py"

DOUBLE, TOTAL = "return x + x", "return largest_so_far"
DOUBLE_STUB = 'raise NotImplementedError("Add x to itself")'
TOTAL_STUB = 'raise NotImplementedError("Begin with 0 and add each number")'
ONLY_DOUBLE = edited(STUB, (DOUBLE_STUB, "return 2 * x"))
WRONG_DOUBLE = edited(SOLUTION, (DOUBLE, "print('seen', x); return x + 1"))
WRONG_NEGATIVES = edited(SOLUTION, (TOTAL, "return abs(largest_so_far)"))
USES_DOUBLE = (TOTAL, "return double(largest_so_far) // 2")
BOTH_WRONG = edited(SOLUTION, (DOUBLE, "return x + 1"), (TOTAL, "return 0"))


@contextmanager
def own_modules() -> Iterator[None]:
    """A course's modules are its own: courses in different folders share their modules' names."""
    path = list(sys.path)
    _forget()
    try:
        yield
    finally:
        sys.path[:] = path
        _forget()


def _forget() -> None:
    for name in list(sys.modules):
        if name.split(".")[0] in ("exercises", "reference") or name.startswith(("tests.public", "tests.hidden")):
            del sys.modules[name]


def text(block: str) -> str:
    """A block of source text as it would stand in a file of its own."""
    return dedent(block).lstrip("\n")
