"""A course of two exercises, written to a folder: what the engine's own tests work on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

COURSE_TOML = """
title = "A tiny course"
version = "1.0"
steps = ["00"]

[limits]
call_seconds = 5
call_cpu_seconds = 5
submission_seconds = 30
cpu_seconds = 30
memory_mb = 2000
processes = 32
file_mb = 5
tmp_mb = 10
output_kb = 50
reply_mb = 5
"""

STEP_TOML = """
id = "00"
title = "Sums"
idea = "Numbers can be added"
paper = "Peano 1889"
folder = "step00_sums"
points = 10

[limits]
call_seconds = 3

[[exercise]]
id = "double"
title = "Twice a number"
module = "sums"
points = 4
difficulty = 1
minutes = 5
hints = ["Add the number to itself."]

[[exercise]]
id = "total"
title = "The sum of a list"
module = "sums"
points = 6
parts = { positive = 4, negative = 2 }
star = true
difficulty = 2
minutes = 10
requires = ["double"]
hints = [
    "Begin with nothing.",
    "Add each number in turn.",
]
"""

SOLUTION = '''
"""Sums of numbers."""

import functools
import operator


def double(x: int) -> int:
    """Twice x."""
    # region solution: add x to itself
    return x + x
    # endregion


def total(numbers: list[int]) -> int:
    """The sum of the numbers; 0 when there is none."""
    # region solution: begin with 0 and add each number
    largest_so_far = functools.reduce(operator.add, numbers, 0)
    assert largest_so_far is not None
    return largest_so_far
    # endregion
'''

STUB = '''
"""Sums of numbers."""


def double(x: int) -> int:
    """Twice x."""
    raise NotImplementedError("Add x to itself")


def total(numbers: list[int]) -> int:
    """The sum of the numbers; 0 when there is none."""
    raise NotImplementedError("Begin with 0 and add each number")
'''

PUBLIC_TESTS = """
from autograder import exercise, expect


@exercise("00.double")
def test_twice_three_is_six(learner):
    expect(learner.sums.double(3), "double(3)").to_equal(6)


@exercise("00.total", part="positive")
def test_one_and_two_make_three(learner):
    expect(learner.sums.total([1, 2]), "total([1, 2])").to_equal(3)
"""

HIDDEN_TESTS = """
from autograder import exercise, expect


@exercise("00.double")
def test_any_number_is_doubled(learner, reference, draw):
    number = int(draw.integers(10, 1000, 1))
    expect(learner.sums.double(number), "double").to_match(reference.sums.double(number))


@exercise("00.total", part="positive")
def test_a_hundred_numbers(learner):
    expect(learner.sums.total(list(range(100))), "total").to_equal(4950)


@exercise("00.total", part="negative")
def test_negative_numbers(learner):
    expect(learner.sums.total([-1, -20]), "total").to_equal(-21)
"""

FILES: Mapping[str, str] = {
    "grading_configs/course.toml": COURSE_TOML,
    "grading_configs/step00.toml": STEP_TOML,
    "reference/step00_sums/__init__.py": "",
    "reference/step00_sums/sums.py": SOLUTION,
    "reference/checkpoints/step00.json": '{"golden": {"value": 1.6180339887, "atol": 1e-6, "source": "Euclid"}}',
    "exercises/step00_sums/__init__.py": "",
    "exercises/step00_sums/sums.py": STUB,
    "exercises/step00_sums/README.md": "# Sums\n",
    "exercises/kit/__init__.py": "",
    "exercises/kit/numbers.py": "ANSWER = 42\n",
    "tests/public/step00/test_sums.py": PUBLIC_TESTS,
    "tests/hidden/step00/test_sums.py": HIDDEN_TESTS,
    "grading_configs/release/README.md": "# $title $version\n$steps\n",
    "README.md": "# The staff's own readme\n",
    "pyproject.toml": '[project]\nname = "tiny"\nversion = "1.0"\n\n[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "constraints.txt": "pytest==9.0.0\n",
    "LICENSE": "Anyone may use this.\n",
    "autograder/__init__.py": '"""The engine."""\n',
}


def write_tiny_course(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Writes the course to `root`; `changes` adds or replaces files, or leaves one out (None)."""
    for name, content in {**FILES, **(changes or {})}.items():
        if content is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode())
    return root


def edited(text: str, *swaps: tuple[str, str]) -> str:
    """The text with each (old, new) replaced once; an `old` that is not there is a mistake of the test."""
    for old, new in swaps:
        assert old in text, f"{old!r} is not in the text"
        text = text.replace(old, new, 1)
    return text
