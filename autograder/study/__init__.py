"""What a learner does with the course: check, watch, hints, progress, reset, doctor, live. One module a command.

In come a course and what was asked for; each function prints for a person and returns the command's exit status.
Nothing here needs solutions, hidden tests or a sandbox, for learners have none.
"""

from __future__ import annotations

from autograder.study.as_graded import as_graded
from autograder.study.check import check
from autograder.study.doctor import doctor
from autograder.study.experiments import LIVE, LiveError, write_data
from autograder.study.hints import hint
from autograder.study.live import live
from autograder.study.progress_table import show_progress
from autograder.study.reset import reset
from autograder.study.watch import watch

__all__ = [
    "LIVE",
    "LiveError",
    "as_graded",
    "check",
    "doctor",
    "hint",
    "live",
    "reset",
    "show_progress",
    "watch",
    "write_data",
]
