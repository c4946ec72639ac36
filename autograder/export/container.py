"""What graders that run in another platform's container share: the best sandbox there, and files kept to root."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course, Step
from autograder.report import Report
from autograder.submission import Submission


def graded(
    submission: Submission, course: Course, steps: Sequence[Step], sandbox: str, salt: str, private: Sequence[Path]
) -> Report:
    """The report of one submission, graded in `sandbox`, or in the best that works here when it is "auto".

    `private`: what the submission must not reach besides the course: what was handed in, and the results.
    """
    import torch

    from autograder.grading import grade
    from autograder.sandbox import Sandbox

    there = [place for place in private if place.exists()]
    backend, why = choose_backend(course, sandbox, there)
    torch.set_num_threads(1)
    with Sandbox(backend, course.root, course.kit, 1, private=there) as started:
        report = grade(submission, course, started, steps, salt)
    report.warnings += why
    return report


def choose_backend(course: Course, wanted: str, private: Sequence[Path] = ()) -> tuple[str, list[str]]:
    """The best sandbox that works here, or the one that was asked for, and what to tell about it."""
    from autograder.sandbox import bwrap_problem, own_user

    if wanted != "auto":
        return wanted, []
    why: list[str] = []
    for backend, problem in (("bwrap", bwrap_problem()), ("user", own_user.problem(course.root, private))):
        if problem is None:
            return backend, why
        why.append(f"The sandbox “{backend}” does not work in this container: {problem}")
    return "process", why


def keep_to_root(*places: Path) -> None:
    """Leave solutions, hidden tests, results and what is known of the learner to root alone, where we are root."""
    if os.getuid() == 0:
        for place in places:
            if place.exists():
                place.chmod(0o700 if place.is_dir() else 0o600)
