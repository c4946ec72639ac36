"""The autograder: compares a learner's functions with a reference, explains what is off, and scores a submission.

What a test's author needs is here. Light to import: torch and pytest are imported on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.expect import expect, expect_error, forgot, mistake, swapped, unchanged, wrong_axis, wrong_factor

if TYPE_CHECKING:
    from autograder.learner import with_arguments
    from autograder.testing import exercise

__version__ = "0.1.0"
__all__ = [
    "exercise",
    "expect",
    "expect_error",
    "forgot",
    "mistake",
    "swapped",
    "unchanged",
    "with_arguments",
    "wrong_axis",
    "wrong_factor",
]


def __getattr__(name: str) -> Any:
    if name == "exercise":
        from autograder.testing import exercise

        return exercise
    if name == "with_arguments":
        from autograder.learner import with_arguments

        return with_arguments
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
