"""Comparisons, and what is said when they fail.

In come a learner's value and what it should be; out goes nothing, or an `ExpectationFailed` whose first sentence
names the mistake where it is recognised. A cause is only named on evidence. Nothing here knows of pytest, of
submissions or of where a value came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.expect.expectation import ExpectationFailed, expect, expect_error
from autograder.expect.suspects import forgot, mistake, swapped, unchanged, wrong_axis, wrong_factor

if TYPE_CHECKING:
    from autograder.expect.behaviour import Fingerprint, fingerprint

__all__ = [
    "ExpectationFailed",
    "Fingerprint",
    "expect",
    "expect_error",
    "fingerprint",
    "forgot",
    "mistake",
    "swapped",
    "unchanged",
    "wrong_axis",
    "wrong_factor",
]


def __getattr__(name: str) -> Any:
    if name not in ("Fingerprint", "fingerprint"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.expect import behaviour as module  # imported on first use, for torch comes with it

    return getattr(module, name)
