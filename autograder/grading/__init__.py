"""One submission to a report, many to a class, and what is kept of them.

In come submissions and a `Job` that says how to grade; out go a `Report` or a reason for each, and the class's files
and gradebook. One submission's failure is its own outcome and never an exception. Nothing here reads a zip, compares
a number or knows a platform.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.grading.cluster import ClusterError
from autograder.grading.folder import claimed, interruptible
from autograder.grading.here import executor
from autograder.grading.kept import NEW
from autograder.grading.many import ClassResult, grade_class
from autograder.grading.names import Names, keep_names, name_each
from autograder.grading.pace import Pace, summary
from autograder.grading.salt import SaltError, read_salt
from autograder.grading.standing import Standing
from autograder.grading.worker import Job, Named, Outcome, grade_one

if TYPE_CHECKING:
    from autograder.grading.class_book import ClassBook, has_book, open_book
    from autograder.grading.gradebook import Gradebook, GradebookError, whoever
    from autograder.grading.named import name_again
    from autograder.grading.one import grade, quiet_pytest

__all__ = [
    "ClassResult",
    "ClusterError",
    "ClassBook",
    "Gradebook",
    "GradebookError",
    "Job",
    "NEW",
    "Named",
    "Names",
    "Outcome",
    "Pace",
    "SaltError",
    "Standing",
    "claimed",
    "executor",
    "grade",
    "grade_class",
    "grade_one",
    "has_book",
    "interruptible",
    "keep_names",
    "name_again",
    "name_each",
    "open_book",
    "quiet_pytest",
    "read_salt",
    "summary",
    "whoever",
]

_HOME = {  # imported on first use, for sqlalchemy, pytest and torch come with them
    "ClassBook": "class_book",
    "Gradebook": "gradebook",
    "GradebookError": "gradebook",
    "has_book": "class_book",
    "open_book": "class_book",
    "whoever": "gradebook",
    "grade": "one",
    "name_again": "named",
    "quiet_pytest": "one",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
