"""What is handed in to the tiny course."""

from __future__ import annotations

from autograder.submission import submission
from autograder.submission.read import Submission
from tests.engine.tools import MODULE


def sums(text: str, name: str = "ada") -> Submission:
    """A submission that consists of `sums.py`."""
    return submission(name, {MODULE: text})
