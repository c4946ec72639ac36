"""One more submission in a process that grades, taken apart: what reading, the guest, the reference and others take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from autograder.course import Course, Step
from autograder.sandbox import Sandbox, bwrap_problem
from autograder.submission import read_submission

ROOT = Path(__file__).parents[2]
PARTS = ("intake", "guest", "reference", "pictures", "known mistakes", "reports")
Spent = tuple[float, float]  # wall and processor seconds


@dataclass
class Parts:
    """Seconds of this process by part; what one part calls of another counts to the first."""

    wall: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 0.0))
    _inside: bool = False

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        if self._inside:
            yield
            return
        self._inside, started, before = True, time.monotonic(), time.process_time()
        try:
            yield
        finally:
            self.wall[name] += time.monotonic() - started
            self.cpu[name] += time.process_time() - before
            self._inside = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While the engine's own functions are timed."""
        from autograder.grading import one
        from autograder.learner import InProcess, Sandboxed

        with ExitStack() as patches:
            for owner, name, part in (
                (Sandboxed, "_ask", "guest"),
                (InProcess, "send", "reference"),  # the learner is in the guest
                (one, "_draw_pictures", "pictures"),
                (one, "explain", "known mistakes"),
            ):
                patches.enter_context(patch.object(owner, name, self._timed(getattr(owner, name), part)))
            yield

    def _timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            with self.part(part):
                return function(*args, **kwargs)

        return call


@dataclass(frozen=True)
class Bench:
    """What submissions are graded with, one after another, as a worker does it."""

    course: Course
    steps: Sequence[Step]
    sandbox: Sandbox
    place: Path

    def hand_in(self, name: str, files: Callable[[Course, Step], dict[str, str]]) -> Path:
        for step in self.steps:
            for path, text in files(self.course, step).items():
                file = self.place / name / "exercises" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        return self.place / name

    def grade(self, handed: Path) -> tuple[Spent, Spent, Parts]:
        """Grade what was handed in, and report it: what it took in all, what of it the guest took, and the parts."""
        from autograder.grading import grade
        from autograder.report import write_reports

        parts, started, before, guests = Parts(), time.monotonic(), time.process_time(), self._guests()
        with parts.watching():
            with parts.part("intake"):
                submission = read_submission(handed, self.course)
            report = grade(submission, self.course, self.sandbox, self.steps, "salt")
            with parts.part("reports"):
                write_reports(report, self.place / "out" / handed.name, self.course.feedback)
        wall, cpu, guest = time.monotonic() - started, time.process_time() - before, self._guests() - guests
        return (wall, cpu + guest), (parts.wall["guest"], parts.cpu["guest"] + guest), parts

    def _guests(self) -> float:
        """Processor seconds of the zygote and of all guests that have ended."""
        zygote = self.sandbox._zygote()
        assert zygote is not None
        used = zygote.cpu_times()
        return float(used.user + used.system + used.children_user + used.children_system)

    def size(self, handed: Path) -> int:
        """Bytes of a submission's files."""
        return sum(file.stat().st_size for file in (self.place / "out" / handed.name).iterdir())


def started(course: Course) -> tuple[Sandbox, Spent]:
    """A sandbox, and what its start takes, once for a process: what all guests import among it."""
    began, before = time.monotonic(), time.process_time()
    sandbox = Sandbox("process" if bwrap_problem() else "bwrap", ROOT, course.kit)
    zygote = sandbox._zygote()
    assert zygote is not None
    used = zygote.cpu_times()
    return sandbox, (time.monotonic() - began, time.process_time() - before + used.user + used.system)
