"""What a learner reads has the paths of their own files, and not those that the files have in one guest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autograder.learner import Learner, LearnerError, Sandboxed
from tests.engine.sandbox.test_sandbox import LIMITS

MODULE = """
import warnings
from pathlib import Path

def warns():
    warnings.warn("take care")

def reads():
    return Path(__file__).with_name("data.txt").read_text()
"""
FILES = {"step00/m.py": MODULE, "step00/broken.py": "def f(:\n"}


@pytest.fixture
def learner(sandbox: Any) -> Iterator[Learner]:
    transport = Sandboxed(sandbox, FILES, LIMITS)
    yield Learner(transport, "step00")
    transport.close()


@pytest.mark.parametrize(("module", "function", "path"), [("broken", "f", "broken.py"), ("m", "reads", "data.txt")])
def test_an_exception_names_files_as_their_author_knows_them(
    learner: Learner, module: str, function: str, path: str
) -> None:
    with pytest.raises(LearnerError) as caught:
        getattr(getattr(learner, module), function)()
    said = f"{caught.value}\n{caught.value.traceback}"
    assert f"step00/{path}" in said and "submission-" not in said


def test_what_is_printed_does_too(learner: Learner, capsys: pytest.CaptureFixture[str]) -> None:
    learner.m.warns()
    said = capsys.readouterr().out
    assert "step00/m.py" in said and "take care" in said and "submission-" not in said
