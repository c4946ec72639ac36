"""Checks inside a notebook: of functions in its cells, of the modules', and of both together."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from autograder.course import UnknownName
from autograder.study.in_notebook import Cases, Grader, NotPassed
from tests.engine.tiny_course import SOLUTION, edited
from tests.engine.tools import DOUBLE, SUMS, WRONG_DOUBLE, own_modules


@pytest.fixture
def grader(tiny_root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Grader]:
    monkeypatch.chdir(tiny_root / "exercises/step00_sums")
    with own_modules():
        yield Grader()


def cells(text: str) -> dict[str, Any]:
    """The names of a notebook with this text in its cells."""
    env: dict[str, Any] = {"__name__": "__main__"}
    exec(text, env)
    return env


def test_untouched_stub_is_not_started(grader: Grader) -> None:
    found = grader.check("00.double", {})
    assert not found.passed and {finding.outcome for finding in found.findings} == {"not_started"}
    assert "not started" in repr(found)


def test_function_of_the_notebook_is_tested(grader: Grader) -> None:
    found = grader.check("00.double", cells("def double(x): return 2 * x"))
    assert found.passed and repr(found).startswith("✓ 00.double passes its")


def test_wrong_function_is_told_with_what_it_printed(grader: Grader) -> None:
    said = repr(grader.check("00.double", cells("def double(x):\n    print('seen', x)\n    return x + 1")))
    assert "✗" in said and "failing" in said and "seen" in said


def test_function_of_the_module_is_tested(grader: Grader, tiny_root: Path) -> None:
    (tiny_root / SUMS).write_text(SOLUTION)
    assert grader.check("00.double", {}).passed


def test_imported_name_is_the_modules_and_not_the_notebooks(grader: Grader) -> None:
    assert not grader.check("00.double", cells("from operator import neg as double")).passed


def test_function_of_a_module_uses_those_of_the_notebook(grader: Grader, tiny_root: Path) -> None:
    uses_double = edited(
        SOLUTION, (DOUBLE, "raise NotImplementedError"), ("operator.add", "lambda a, b: double(a + b) // 2")
    )
    (tiny_root / SUMS).write_text(uses_double)
    assert grader.check("00.total", cells("def double(x): return x + x")).passed


def test_modules_are_as_before_after_a_check(grader: Grader, tiny_root: Path) -> None:
    grader.check("00.double", cells("def double(x): return 2 * x\ndef total(numbers): return sum(numbers)"))
    assert not grader.check("00.double", {}).passed


def test_names_are_those_of_the_caller(grader: Grader) -> None:
    env = cells("def double(x): return 2 * x") | {"grader": grader}
    exec("found = grader.check('00.double')", env)
    assert env["found"].passed


def test_unknown_exercise_is_told(grader: Grader) -> None:
    with pytest.raises(UnknownName, match="no exercise"):
        grader.check("00.duble", {})


def test_cases_run_once_and_tell_one_by_one(grader: Grader) -> None:
    cases, env = Cases("00.double"), cells("calls = []\ndef double(x):\n    calls.append(x)\n    return 2 * x")
    tests = [finding.test for finding in grader.check("00.double", env).findings]
    env["calls"].clear()
    for test in tests:
        cases.require(test, env)
    assert len(env["calls"]) == len(tests) > 0
    with pytest.raises(NotPassed, match="not started"):
        Cases("00.double").require(tests[0], {})


def test_syntax_error_in_a_module_is_told(grader: Grader, tiny_root: Path) -> None:
    (tiny_root / SUMS).write_text("def double(x:\n")
    assert "could not be imported" in repr(grader.check("00.double", cells("def total(x): return 0")))


def test_function_that_a_module_has_too_is_noted(grader: Grader, tiny_root: Path, capsys: Any) -> None:
    ours = cells("def double(x): return 2 * x")
    assert grader.check("00.double", ours).note == ""
    (tiny_root / SUMS).write_text(WRONG_DOUBLE)
    found = grader.check("00.double", ours)
    assert found.passed and "sums.py has a double of its own" in repr(found)
    Cases("00.double").require(found.findings[0].test, ours)
    assert "sums.py has a double of its own" in capsys.readouterr().out


class Shell:
    """A kernel's shell that has run these cells."""

    def __init__(self, *cells: str) -> None:
        self.history_manager = SimpleNamespace(input_hist_raw=["", *cells])


def kernel(*cells: str) -> dict[str, Any]:
    """The names of a kernel that has run these cells."""
    shell = Shell(*cells)
    env: dict[str, Any] = {"__name__": "__main__", "get_ipython": lambda: shell}
    for cell in cells:
        exec(cell, env)
    return env


def test_function_is_tested_with_the_state_that_its_cells_make(grader: Grader) -> None:
    assert grader.check("00.double", kernel("BY = 1", "def double(x): return BY * x", "BY = int(BY) + 1")).passed


def test_partial_is_tested(grader: Grader) -> None:
    assert grader.check(
        "00.double", kernel("import operator, functools as f; double = f.partial(operator.mul, 2)")
    ).passed


def test_what_only_the_kernel_has_is_told(grader: Grader) -> None:
    env = kernel("def double(x): return BY * x")
    env["BY"] = 2  # as a cell that is gone has left it
    found = grader.check("00.double", env)
    assert not found.passed
    assert "in this kernel it passes" in repr(found) and "BY is made by no cell" in repr(found)


def test_function_that_grading_does_not_see_as_one_is_told(grader: Grader) -> None:
    found = grader.check("00.double", kernel("exec('def ' + 'double(x): return 2 * x')"))
    assert not found.passed
    assert "in this kernel it passes" in repr(found) and "double is bound in no way that shows" in repr(found)


def test_file_that_grading_will_not_have_is_told(grader: Grader) -> None:
    Path("by.txt").write_text("2")
    found = grader.check("00.double", kernel("BY = int(open('by.txt').read())", "def double(x): return BY * x"))
    assert not found.passed
    assert "BY: cell 1 failed when it was run (FileNotFoundError" in repr(found)


def test_saved_notebook_is_what_is_tested(grader: Grader) -> None:
    double = "def double(x): return BY * x"
    cells = [{"cell_type": "code", "source": text} for text in ("BY = 3", double)]
    Path("lesson.ipynb").write_text(json.dumps({"cells": cells}))
    assert not grader.check("00.double", kernel("BY = 2", double)).passed


def test_a_check_leaves_the_kernels_random_numbers_and_folder_alone(grader: Grader) -> None:
    env = kernel(
        "import os, torch",
        "if not os.path.isdir('kept'): os.mkdir('kept')\ntwo = torch.ones(2).sum(); os.chdir('kept'); torch.rand(3)",
        "def double(x): return int(two) * x",
    )
    torch.manual_seed(1)
    expected, folder = torch.rand(2).tolist(), os.getcwd()
    torch.manual_seed(1)
    first = torch.rand(1).item()
    assert grader.check("00.double", env).passed
    assert [first, torch.rand(1).item()] == expected
    assert os.getcwd() == folder
