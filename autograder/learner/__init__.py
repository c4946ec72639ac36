"""What tests talk to: `learner.<module>.<function>(...)`, on the learner's own modules or on a sandboxed guest.

Both ways only plain data crosses (`sandbox.protocol`): arguments and results are copies, and what is not data stays on
the learner's side behind a `Handle`. So a test cannot tell which way it runs.
"""

from __future__ import annotations

from autograder.learner.in_process import InProcess
from autograder.learner.sandboxed import Sandboxed
from autograder.learner.seam import PACKAGE, Call, Learner, LearnerError, Tensors, Transport, with_arguments
from autograder.sandbox import worlds

set_seeds = worlds.set_seeds

__all__ = [
    "PACKAGE",
    "Call",
    "InProcess",
    "Learner",
    "LearnerError",
    "Sandboxed",
    "Tensors",
    "Transport",
    "set_seeds",
    "with_arguments",
]
