"""What several of the engine's tests do: run pytest on a tiny course in this process, make submissions for one."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from autograder.sandbox.backends import bwrap_problem
from autograder.submission.read import Submission
from autograder.upkeep.banks import submission
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


@dataclass
class Ran:
    """A finished run of pytest."""

    status: int
    out: str

    def after(self, words: str) -> str:
        assert words in self.out, self.out
        return self.out.split(words, 1)[1]


def run_pytest(root: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Ran:
    """`pytest` at the root of a tiny course: its public tests unless the arguments name others."""
    printed, chosen = io.StringIO(), [word for word in arguments if word.startswith("tests/")]
    options = ["-p", "autograder.testing.plugin", "-p", "no:cacheprovider", "--import-mode=importlib"]
    given = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120", **(environment or {})}
    with own_modules(), chdir(root), patch.dict(os.environ, given), redirect_stdout(printed), redirect_stderr(printed):
        status = pytest.main([*options, f"--rootdir={root}", *arguments, *([] if chosen else ["tests/public"])])
    return Ran(int(status), printed.getvalue())


def sums(text: str, name: str = "ada") -> Submission:
    """A submission that consists of `sums.py`."""
    return submission(name, {MODULE: text})
