"""Reports for the tests of the renderings: small, and with every status there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.report import (
    EngineInfo,
    EnvironmentInfo,
    ExerciseResult,
    Report,
    SandboxInfo,
    StepResult,
    TestResult,
)

PIXEL = "data:image/png;base64," + (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HIDDEN_MESSAGE = "You returned the sum over the batch where the mean is asked."


def outcome(name: str, visibility: Any = "public", said: str = "", result: Any = "passed") -> TestResult:
    return TestResult(id=name, visibility=visibility, outcome=result, message=said, seconds=0.01)


def exercise(name: str, status: Any, score: float, max_score: float, **more: Any) -> ExerciseResult:
    title = name.partition(".")[2].replace("_", " ").capitalize()
    return ExerciseResult(id=name, title=title, status=status, score=score, max_score=max_score, **more)


def every_status() -> list[ExerciseResult]:
    return [
        exercise("00.flatten_images", "passed", 5, 5, tests=[outcome("test_pixels_are_between_0_and_1")]),
        exercise("00.templates", "passed", 15, 15, star=True, picture=PIXEL),
        exercise("00.gradients", "partial", 6, 12, tests=[outcome("test_dW", said="Transposed.", result="failed")]),
        exercise(
            "00.cross_entropy",
            "failed",
            0,
            8,
            tests=[
                outcome("test_large_logits_stay_finite", said="The loss is not finite.", result="failed"),
                outcome("test_any_logits", "hidden", HIDDEN_MESSAGE, "failed"),
            ],
        ),
        exercise("00.loss_mean", "blocked", 0, 4, blocked_by=["00.cross_entropy"]),
        exercise("00.class_means", "error", 0, 5, tests=[outcome("test_two", said="IndexError", result="error")]),
        exercise("00.train", "timeout", 0, 10),
        exercise("00.pixels", "out_of_memory", 0, 8),
        exercise("00.gauge_shift", "not_started", 0, 6),
        exercise("00.nudge", "not_started", 0, 0, bonus=True),
    ]


def report(
    exercises: Sequence[ExerciseResult] | None = None,
    *,
    submission: str = "ada",
    isolated: bool = True,
    warnings: Sequence[str] = (),
    started: str = "2025-01-31T14:05:00+00:00",
) -> Report:
    step = StepResult.of("00", "MNIST template weights", list(every_status() if exercises is None else exercises))
    return Report(
        submission=submission,
        course="Learn mechanistic interpretability",
        seed=1234,
        started=started,
        seconds=21.4,
        engine=EngineInfo(version="0.1.0"),
        environment=EnvironmentInfo(python="3.11.7", torch="2.13.0", platform="Linux x86_64"),
        sandbox=SandboxInfo(
            backend="bwrap" if isolated else "process", limits={"call_seconds": 20.0}, isolated=isolated
        ),
        score=step.score,
        max_score=step.max_score,
        steps=[step],
        warnings=list(warnings),
    )


def saying(message: str) -> Report:
    """A report with one failed exercise whose test said this."""
    tests = [outcome("test_it", said=message, result="failed")]
    return report([exercise("00.logits", "failed", 0, 5, tests=tests)])
