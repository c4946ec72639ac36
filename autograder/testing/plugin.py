"""The pytest plugin: tests in the course's order, the outcomes *not started* and *blocked*, the progress table.

A learner's `pytest` uses it as it is. Grading runs the same plugin with a `Grading` registered beside it, which says
through what to reach the submission and which seed hidden inputs are drawn from.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Generator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from autograder.course import Course, CourseError, Exercise, Step, load_course, may_test
from autograder.sandbox import PRINTED, cut
from autograder.testing import patience
from autograder.testing.collection import COURSE_RUN, TIE, VERDICT, tie_and_sort, title, with_prerequisites
from autograder.testing.ending import Ending
from autograder.testing.given import Seen, inputs_of, seen_calls
from autograder.testing.prerequisites import Progress
from autograder.testing.scoring import score_exercise

if TYPE_CHECKING:
    from autograder.learner import InProcess, Learner, LearnerError, Transport
    from autograder.testing.verdict import Verdict

pytest_plugins = ["autograder.testing.fixtures"]

GRADING = "lmi-grading"
SOLUTIONS = "reference"
ENGINE = Path(__file__).parents[1]
BETWEEN = (*(ENGINE / "learner").glob("*.py"), *(ENGINE / "sandbox").glob("*.py"))


@dataclass
class Grading:
    """Makes a pytest run grade a submission, on the exercises in `only` when given.

    With `until_failed` an exercise is left alone once a test of it has failed: enough to know that it is not right.
    With `apart` too, its public tests and its hidden ones end each with their own first failure.
    `broken` says why it could not, when something of ours failed; `lost`: it was the sandbox, which can be another.
    """

    course: Course
    transport: Callable[[Step], Transport]
    seed: int
    only: Set[str] | None = None
    until_failed: bool = False
    apart: bool = False
    broken: str | None = None
    lost: bool = False


class Untouched(pytest.skip.Exception):  # type: ignore[name-defined, misc]
    """The function that a test is about is a stub or not there; what a call would have met."""

    def __init__(self, met: LearnerError):
        super().__init__(met.message)
        self.met = met


LEARNER: pytest.StashKey[Learner] = pytest.StashKey()
SEEN = pytest.StashKey[list[Seen]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("course")
    group.addoption(
        "--learner-package", default="exercises", help="package whose functions are tested (authors: reference)"
    )
    group.addoption("--no-progress", action="store_true", help="leave out the progress table at the end")
    group.addoption("--exercise", metavar="ID", help="only the tests of this exercise and of those that it builds on")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "exercise(id, part=None): ties a test to an exercise of the course")
    config.addinivalue_line("markers", "slow: a long proof; all of them run in CI")
    if not (config.rootpath / "grading_configs" / "course.toml").exists():
        return
    grading = cast("Grading | None", config.pluginmanager.get_plugin(GRADING))
    try:
        course = grading.course if grading else load_course(config.rootpath)
    except CourseError as error:
        raise pytest.UsageError(str(error)) from None
    if threads := os.environ.get("LMI_THREADS"):
        os.environ["OMP_NUM_THREADS"] = threads  # torch reads it when it is first imported
    run = CourseRun(config, course, grading)
    config.pluginmanager.register(run, COURSE_RUN)
    config.pluginmanager.register(run.ending)


class CourseRun:
    """One pytest run over a course's tests."""

    def __init__(self, config: pytest.Config, course: Course, grading: Grading | None):
        self.config, self.course, self.grading = config, course, grading
        self.progress = Progress(course)
        self._failed: set[tuple[str, bool]] = set()  # exercises, in hidden tests or not
        self.base_seed = 0 if self.grading else _chosen_seed()  # a score does not depend on who grades
        self._transports: dict[str, InProcess] = {}
        self.ending = Ending(course, graded=grading is not None)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave files of tests alone that hold none of the exercises which are graded."""
        if self.grading is None or self.grading.only is None or not collection_path.match("test_*.py"):
            return None
        return None if may_test(collection_path, self.grading.only) else True

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Every marked test is tied to its exercise; of all of them those that were asked for run."""
        tie_and_sort(items, self.course)
        wanted: Set[str] | None = None
        if asked := self.config.getoption("--exercise"):
            wanted = with_prerequisites(asked, self.course)
        if self.grading and self.grading.only is not None:
            wanted = self.grading.only if wanted is None else wanted & self.grading.only
        if wanted is not None:
            dropped = [item for item in items if TIE not in item.stash or item.stash[TIE].exercise.id not in wanted]
            items[:] = [item for item in items if item not in dropped]
            self.config.hook.pytest_deselected(items=dropped)

    # ------------------------------------------------------------ what fixtures hand out

    def seed(self, item: pytest.Item) -> int:
        """The seed of a test: public inputs are the same for everyone, hidden ones belong to a submission."""
        from autograder.testing.seeds import seed_for

        base = self.grading.seed if self.grading and item.stash[TIE].hidden else self.base_seed
        return seed_for(base, item.path.relative_to(self.course.root).as_posix(), item.name)

    def learner(self, item: pytest.Item) -> Any:
        from autograder.expect import tell_inputs
        from autograder.learner import Learner

        step = item.stash[TIE].step
        learner = Learner(self._transport(step), step.folder, self.seed(item))
        item.stash[LEARNER] = learner
        tell_inputs(lambda: inputs_of(learner.calls, self.course.exercises_folder(step)))
        return learner

    def _transport(self, step: Step) -> Transport:
        if self.grading:
            return self.grading.transport(step)
        return self._in_process(self.config.getoption("--learner-package"))

    def _in_process(self, package: str) -> InProcess:
        from autograder.learner import InProcess

        if package not in self._transports:
            self._transports[package] = InProcess(package)
        return self._transports[package]

    def reference(self, item: pytest.Item) -> Any:
        from autograder.learner import Learner

        if not (self.course.root / SOLUTIONS).is_dir():
            raise pytest.UsageError(
                f"{item.nodeid} asks for the reference, which is not part of this copy of the course"
            )
        return Learner(self._in_process(SOLUTIONS), item.stash[TIE].step.folder, self.seed(item))

    # ------------------------------------------------------------ outcomes

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Graded, a test may work on what came back for so long; what takes longer costs the submission of its time."""
        if self.grading is None or TIE not in item.stash:
            return (yield)
        try:
            with patience.time_bound():
                return (yield)
        except patience.OutOfPatience:
            self.grading.transport(item.stash[TIE].step).seconds += patience.SECONDS
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        tied = TIE in item.stash
        if tied:  # pytest's account of a traceback takes long to make, and most are told in our words
            item.repr_failure = lambda excinfo, style=None: ""  # type: ignore[method-assign]
        report = yield
        report.sections = [(name, cut(text, *PRINTED)) for name, text in report.sections]
        if not tied or (call.when != "call" and call.excinfo is None):
            return report
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, Untouched):
            error = error.met
        if isinstance(error, (pytest.skip.Exception, pytest.exit.Exception, KeyboardInterrupt)):
            return report
        if self.grading and self._is_ours(call, error):
            from autograder.sandbox import SandboxUnavailable

            self.grading.broken = f"{item.nodeid}: {type(error).__name__}: {error}"
            self.grading.lost = isinstance(error, SandboxUnavailable)
            item.session.shouldstop = "the grader itself failed"
            return report
        self._record(item, report, error)
        if report.failed and call.excinfo and not self.grading and not item.stash[VERDICT].in_words:
            del item.repr_failure
            report.longrepr = item.repr_failure(call.excinfo)
        return report

    def _is_ours(self, call: pytest.CallInfo[None], error: BaseException | None) -> bool:
        """Did the grader fail, and not the submission? In a fixture, or in the code between a test and its learner."""
        from autograder.learner import LearnerError
        from autograder.testing.verdict import out_of_memory

        if error is None or isinstance(error, LearnerError | patience.OutOfPatience) or out_of_memory(error):
            return False
        return call.when != "call" or Path(traceback.extract_tb(error.__traceback__)[-1].filename) in BETWEEN

    def _record(self, item: pytest.Item, report: pytest.TestReport, error: BaseException | None) -> None:
        from autograder.testing.verdict import judge

        tie = item.stash[TIE]
        asked = self._record_asked(tie.step, tie.exercise) if isinstance(error, AttributeError) else None
        verdict = judge(error, self.course.root, tie.hidden, asked, graded=self.grading is not None)
        blockers = self.progress.blockers(tie.exercise, verdict)
        if blockers:
            found = "" if verdict.outcome == "not_started" else f"\nWhat this test saw meanwhile:\n{verdict.message}"
            verdict.outcome, verdict.blocked_by = "blocked", blockers
            verdict.message = f"Blocked by {', '.join(blockers)}: make that pass first.{found}"
        item.stash[VERDICT] = verdict
        self._see(item, verdict)
        self.progress.add(tie.exercise, tie.part, verdict.outcome)
        if verdict.outcome not in ("passed", "blocked"):
            self._failed.add((tie.exercise.id, tie.hidden))
        self.ending.add(tie.exercise, item, report)

    def _see(self, item: pytest.Item, verdict: Verdict) -> None:
        """Note what a test saw of the learner's functions; their results are not kept for longer than that takes."""
        from autograder.expect import fingerprint

        if LEARNER in item.stash:
            calls = item.stash[LEARNER].calls
            if self.grading:
                item.stash[SEEN] = seen_calls(calls, verdict.outcome == "failed")
            if verdict.outcome in ("failed", "error"):
                verdict.behaviour = fingerprint([(call.path, call.result) for call in calls])
            calls.clear()

    def _record_asked(self, step: Step, exercise: Exercise) -> tuple[str, list[str]] | None:
        from autograder.testing.verdict import record_asked

        module = self.course.exercises_folder(step) / f"{exercise.module}.py"
        return record_asked(module.read_text(encoding="utf-8", errors="replace"), exercise.target)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Nothing is made ready for a test that has nothing to test."""
        if TIE not in item.stash:
            return
        tie = item.stash[TIE]
        module, names = f"{tie.step.folder}.{tie.exercise.module}", tie.exercise.target.split(".")
        if error := self._transport(tie.step).foreseen(module, names):
            raise Untouched(error)
        if self.grading and self.grading.until_failed:
            seen = (tie.hidden,) if self.grading.apart else (False, True)
            if any((tie.exercise.id, hidden) in self._failed for hidden in seen):
                pytest.skip("another test of this exercise has failed")

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        outcome = getattr(report, "lmi_outcome", None)
        if outcome == "not_started":
            return "not started", "·", "NOT STARTED"
        if outcome == "blocked":
            return "blocked", "b", "BLOCKED"
        return None

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_runtest_metadata(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Mapping[str, Any]:
        if call.when != "teardown" or VERDICT not in item.stash:
            return {}
        tie, verdict = item.stash[TIE], item.stash[VERDICT]
        return {
            "exercise": tie.exercise.id, "part": tie.part, "visibility": "hidden" if tie.hidden else "public",
            "title": title(item), "outcome": verdict.outcome, "message": verdict.message,
            "blocked_by": verdict.blocked_by,
            "called": sorted(item.stash[LEARNER].called) if LEARNER in item.stash else [],
            "behaviour": verdict.behaviour.as_data() if verdict.behaviour else None,
            "plain": verdict.plain, "known_by": verdict.known_by,
            "sought": sorted(verdict.sought),
            "fits": None if verdict.fits is None else sorted(verdict.fits), "seen": item.stash.get(SEEN, []),
        }  # fmt: skip

    # ------------------------------------------------------------ the end

    def status(self, exercise: Exercise) -> str | None:
        """The status of an exercise whose tests ran; None when none did."""
        tests = self.progress.tests.get(exercise.id)
        return score_exercise(exercise.points, exercise.parts, tests)[0] if tests else None

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.progress.tests and not self.config.getoption("--no-progress"):
            from autograder.testing.progress import summary_lines

            terminalreporter.section("progress")
            for line in summary_lines(self.course, self.status):
                terminalreporter.write_line(line)


def _chosen_seed() -> int:
    text = os.environ.get("LMI_SEED") or "0"
    try:
        return int(text)
    except ValueError:
        raise pytest.UsageError(
            f"LMI_SEED is {text!r}, which is not a whole number: set it to one, or unset it"
        ) from None
