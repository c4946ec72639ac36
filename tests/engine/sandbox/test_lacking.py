"""What a submission's line needs and the grader's Python has not, told from the text alone."""

from __future__ import annotations

import platform

import pytest
import torch

from autograder.sandbox.lacking import lacks


@pytest.mark.parametrize(
    "line", ["import no_such_package", "from no_such_package.deep import x", "import torch, no_such_package as n"]
)
def test_a_package_is_named(line: str) -> None:
    assert lacks(f"x = 1\n{line}\n", 2, "ModuleNotFoundError") == "Grading has no package called no_such_package."


@pytest.mark.parametrize(
    "text",
    ["import torch\ntorch.nn.no_such()", "import torch.nn as n\nn.no_such", "from torch import nn\nnn.no_such(1)"],
)
def test_a_function_of_another_version_is_named(text: str) -> None:
    assert lacks(text, 2, "AttributeError") == f"Grading runs torch {torch.__version__}, which has no torch.nn.no_such."


def test_a_name_imported_from_another_version_is_named() -> None:
    assert "has no torch.no_such" in lacks("from torch import ones, no_such", 1, "ImportError")


def test_a_syntax_error_says_which_python_reads_it() -> None:
    assert lacks("def f[T](x): ...", 1, "SyntaxError") == f"Grading runs Python {platform.python_version()}."


@pytest.mark.parametrize(
    ("text", "error"),
    [("import torch\ntorch.ones(1)", "AttributeError"), ("import json\njson.nothing", "AttributeError"),
     ("x = []\nx.nothing", "AttributeError"), ("import torch\ntorch.nothing", "ValueError"),
     ("__import__('secret')\n__import__('se' + 'cret')", "ModuleNotFoundError")],
)  # fmt: skip
def test_nothing_is_said_of_other_errors(text: str, error: str) -> None:
    assert lacks(text, 2, error) == ""
