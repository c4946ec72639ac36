"""One submission → one Report: a pytest run whose `learner` is a guest in the sandbox."""

from __future__ import annotations

import io
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence, Set
from contextlib import chdir, closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_jsonreport.plugin

from autograder import __version__
from autograder.course import Course, Exercise, Step
from autograder.grading.explain import explain
from autograder.grading.memory import memory_bound
from autograder.grading.salt import seed_of
from autograder.learner import Sandboxed
from autograder.report import EngineInfo, EnvironmentInfo, ExerciseResult, Report, SandboxInfo, StepResult
from autograder.sandbox import Sandbox, keep_freed_memory
from autograder.submission import Submission, untouched
from autograder.testing import (
    GRADING,
    Grading,
    OutOfPatience,
    exercise_result,
    tests_by_exercise,
    time_bound,
)

UNUSED_PLUGINS = (
    "cacheprovider", "unraisableexception", "threadexception", "logging", "doctest", "junitxml", "pastebin", "warnings",
    "faulthandler", "stepwise", "setuponly", "setupplan",
)  # fmt: skip
PYTEST_OPTIONS = (
    "--quiet", "--no-header", "--no-progress", "--import-mode=importlib", "-o", "addopts=", "--tb=no",
    "--json-report-file=none",
    *(word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")),
)  # fmt: skip

KEPT_BYTES = 2**28  # of memory that tests have freed, for other tests
PYTEST_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")


class GradingError(Exception):
    """The grader itself could not do its work; the submission is not to blame and has no score."""


class SandboxLost(GradingError):
    """What runs submissions has ended, or did not begin: another may do better."""


def grade(
    submission: Submission,
    course: Course,
    sandbox: Sandbox,
    steps: Sequence[Step],
    salt: str,
    seed: int | None = None,
    only: Set[str] | None = None,
    until_failed: bool = False,
    pictures: bool = True,
    apart: bool = False,
    explained: bool = True,
    hidden: bool = True,
) -> Report:
    """Grade `submission` on `steps`. Hidden inputs depend on `salt` and the submission, or on `seed` alone when given.

    `only` are the ids of the exercises to grade; all of them when None. With `until_failed` the tests of an exercise
    end with the first that fails; with `apart` the public and the hidden ones each with their own. `pictures` says
    whether the course draws what goes with them, `explained` whether known mistakes are named, `hidden` whether hidden
    tests run, too.

    Raises GradingError when something of ours failed. Where a guest was killed, all is graded once more: it may have
    been from outside, and whoever kills their own gets the same again.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    seed = seed_of(submission, salt, seed)
    with closing(_Transports(submission, course, sandbox, steps)) as transports:
        tests = _run_tests(course, steps, Grading(course, transports.of, seed, only, until_failed, apart), hidden)
        if transports.killed:
            transports.renew()
            tests = _run_tests(course, steps, Grading(course, transports.of, seed, only, until_failed, apart), hidden)
        results = [_step_result(course, step, tests, transports.of(step), only, pictures) for step in steps]

    def again(known: Submission, exercise: str) -> ExerciseResult | None:
        step = course.step_of(course.exercise(exercise))
        try:
            report = grade(known, course, sandbox, [step], salt, seed, {exercise}, pictures=False, explained=False)
        except GradingError:  # what was found of the submission stands
            return None
        return next(report.exercises)

    for step, result in zip(steps, results, strict=True) if explained else ():
        explain(course, step, result.exercises, again)
    return Report(
        submission=submission.name,
        course=f"{course.title} {course.version}",
        seed=seed,
        started=started.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - clock, 3),
        engine=EngineInfo(version=__version__),
        environment=EnvironmentInfo(
            python=sandbox.environment["python"], torch=sandbox.environment["torch"], platform=platform.platform()
        ),
        sandbox=SandboxInfo(
            backend=sandbox.backend,
            limits=limits_in_force(steps),
            isolated=sandbox.isolated,
            memory_by=sandbox.memory_by if transports.ran else None,
        ),
        score=sum(result.score for result in results),
        max_score=sum(result.max_score for result in results),
        steps=results,
        warnings=[*submission.warnings, *(sandbox.caveats if transports.ran else ())],
    )


class _Transports:
    """Each step's way to the submission, under the step's limits. One guest at a time: they would share its memory."""

    def __init__(self, submission: Submission, course: Course, sandbox: Sandbox, steps: Sequence[Step]):
        self._by_step: dict[str, Sandboxed] = {}
        # bytes that are no UTF-8 reach the guest as they are: it is Python that says whether it can import them
        self._files = {name: data.decode("utf-8", "surrogateescape") for name, data in submission.files.items()}
        self._sandbox, self._steps = sandbox, steps
        self._untouched = {step.id for step in steps if untouched(course, step, submission.files)}
        self.renew()

    def renew(self) -> None:
        """Begin with each step anew."""
        self.close()
        self._by_step = {
            step.id: Sandboxed(
                self._sandbox, self._files, step.limits.model_dump(), step.preload, step.id in self._untouched
            )
            for step in self._steps
        }

    @property
    def killed(self) -> bool:
        return any(transport.killed for transport in self._by_step.values())

    @property
    def ran(self) -> bool:
        """Whether anything of the submission has run."""
        return any(transport.guests for transport in self._by_step.values())

    def of(self, step: Step) -> Sandboxed:
        self.close(but=step.id)
        return self._by_step[step.id]

    def close(self, but: str | None = None) -> None:
        for id, transport in self._by_step.items():
            if id != but:
                transport.close()


def _run_tests(course: Course, steps: Sequence[Step], grading: Grading, hidden: bool) -> list[dict[str, Any]]:
    """The JSON report's tests of a pytest run over the public tests of `steps`, and over the `hidden` ones, too."""
    kinds = ("public", "hidden") if hidden else ("public",)
    folders = [course.tests_from_root(step, visibility) for step in steps for visibility in kinds]
    report, named = pytest_jsonreport.plugin.JSONReport(), _Named(grading)
    keep_freed_memory(KEPT_BYTES)
    with memory_bound():
        status, printed = quiet_pytest(course.root, folders, [report, named])
    if named.interrupted:
        raise KeyboardInterrupt
    if grading.broken:
        kind = SandboxLost if grading.lost else GradingError
        raise kind(f"the grader itself failed: {grading.broken}")
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise GradingError(f"the tests could not be run (pytest's exit status {int(status)}):\n{printed[-4000:]}")
    tests: list[dict[str, Any]] = report.report["tests"]
    return tests


def quiet_pytest(root: Path, arguments: Sequence[str], plugins: Sequence[object]) -> tuple[int | pytest.ExitCode, str]:
    """Run pytest on a course as graders do, with paths as seen from its root; its exit status and what it printed."""
    from autograder.testing import plugin

    printed, ours = io.StringIO(), [plugin, pytest_jsonreport.plugin]  # by name each is looked for among all packages
    with _working_in(root), redirect_stdout(printed), redirect_stderr(printed):
        status = pytest.main([*PYTEST_OPTIONS, "--rootdir=.", *arguments], plugins=[*ours, *plugins])
    return status, printed.getvalue()


class _Named:
    """Registers a Grading under the name by which the course's plugin finds it; notices an interruption."""

    def __init__(self, grading: Grading):
        self.grading, self.interrupted = grading, False

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self.grading, GRADING)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = excinfo.type is KeyboardInterrupt  # and not pytest's own, for tests that do not import


@contextmanager
def _working_in(root: Path) -> Iterator[None]:
    """As at the course's root, with pytest's options and plugins as we name them, whatever the environment says."""
    path = list(sys.path)
    environment = {name: os.environ.pop(name) for name in PYTEST_VARIABLES if name in os.environ}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        with chdir(root):
            yield
    finally:
        sys.path[:] = path
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(environment)


@contextmanager
def _silently() -> Iterator[None]:
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        yield


def limits_in_force(steps: Sequence[Step]) -> dict[str, int | float | None]:
    """The limits in force; named with their step where steps differ."""
    tables = {step.id: step.limits.model_dump() for step in steps}
    first = next(iter(tables.values()), {})
    if all(table == first for table in tables.values()):
        return first
    return {f"{step}.{name}": value for step, table in tables.items() for name, value in table.items()}


# ---------------------------------------------------------------- results


def _step_result(
    course: Course,
    step: Step,
    tests: list[dict[str, Any]],
    transport: Sandboxed,
    only: Set[str] | None,
    pictures: bool,
) -> StepResult:
    by_exercise = tests_by_exercise(tests)
    graded = [exercise for exercise in step.exercises if only is None or exercise.id in only]
    results = [exercise_result(exercise, by_exercise.get(exercise.id, [])) for exercise in graded]
    code_seconds = transport.seconds
    if pictures:
        transport.close()  # a guest that has seen hidden inputs could draw them
        _draw_pictures(course, step, graded, results, transport)
    return StepResult.of(step.id, step.title, results, code_seconds)


def _draw_pictures(
    course: Course, step: Step, exercises: list[Exercise], results: list[ExerciseResult], transport: Sandboxed
) -> None:
    """Draw what the course draws of a learner's results; an exercise whose functions give none has no picture."""
    from autograder.testing import draw_picture

    for exercise, result in zip(exercises, results, strict=True):
        if exercise.picture and result.status in ("passed", "partial", "failed"):
            # it is drawn from what a submission returns: anything may be wrong with it, and it may print
            with (
                suppress(Exception, OutOfPatience),
                _working_in(course.root),
                _silently(),
                memory_bound(),
                time_bound(),
            ):
                result.picture = draw_picture(course, step, exercise.picture, transport)
