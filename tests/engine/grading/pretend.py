"""A grader that gives results without running anything: for tests of what is kept, taken and written."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, Step
from autograder.grading import worker
from autograder.grading.worker import Job
from autograder.report import EngineInfo, EnvironmentInfo, ExerciseResult, Report, SandboxInfo, StepResult
from autograder.submission import Submission, submission
from tests.engine.tiny_course import COURSE_TOML, FILES, SOLUTION, STEP_TOML, edited


@dataclass
class Pretend:
    """Notes what it was asked to grade: (submission, steps). Full marks for what holds "return x + x"."""

    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def grade(
        self, handed: Submission, course: Course, sandbox: Any, steps: Sequence[Step], salt: str, *how: Any
    ) -> Report:
        self.asked.append((handed.name, tuple(step.id for step in steps)))
        results = [_step(step, handed) for step in steps]
        return Report(
            submission=handed.name, course=f"{course.title} {course.version}", seed=1, seconds=1.0,
            started=f"2026-01-31T14:{len(self.asked):02}:00+00:00", engine=EngineInfo(version="0"),
            environment=EnvironmentInfo(python="3", torch="2", platform=platform.platform()),
            sandbox=SandboxInfo(backend="process", limits={}, isolated=False),
            score=sum(step.score for step in results), max_score=sum(step.max_score for step in results),
            steps=results,
        )  # fmt: skip


def _step(step: Step, handed: Submission) -> StepResult:
    right = b"return x + x" in handed.files.get(f"{step.folder}/sums.py", b"")
    exercises = [
        ExerciseResult(
            id=exercise.id, title=exercise.title, status="passed" if right else "failed",
            score=exercise.points if right else 0, max_score=exercise.points,
        )
        for exercise in step.exercises
    ]  # fmt: skip
    return StepResult.of(step.id, step.title, exercises)


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Pretend:
    grader = Pretend()
    monkeypatch.setattr("autograder.grading.one.grade", grader.grade)
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: None)
    return grader


def two_steps() -> dict[str, str]:
    """Files of a tiny course with a second step like the first."""
    second = {name.replace("step00", "step01"): text for name, text in FILES.items() if "step00" in name}
    second["grading_configs/step01.toml"] = edited(
        STEP_TOML, ('id = "00"', 'id = "01"'), ("step00_sums", "step01_sums")
    )
    second["grading_configs/course.toml"] = edited(COURSE_TOML, ('["00"]', '["00", "01"]'))
    for visibility in ("public", "hidden"):
        name = f"tests/{visibility}/step01/test_sums.py"
        second[name] = second[name].replace('exercise("00.', 'exercise("01.')
    return second


def solved(name: str = "ada", text: str = SOLUTION) -> tuple[str, Submission]:
    return name, submission(name, {f"step0{number}_sums/sums.py": text for number in (0, 1)})


def job_for(root: Path, out: Path, **more: Any) -> Job:
    return Job(root, out, more.pop("steps", ("00", "01")), "process", 1, more.pop("salt", "salt"), **more)
