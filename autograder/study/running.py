"""The public tests run in this process, and what each of them found."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    chdir,
    contextmanager,
    nullcontext,
    redirect_stderr,
    redirect_stdout,
)
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.testing import score_exercise, together

if TYPE_CHECKING:
    import pytest

    from autograder.course import Course, Exercise, Step
    from autograder.testing import Told

OPTIONS = (
    "--quiet", "--no-header", "-rN", "--import-mode=importlib", "-o", "addopts=",
    "-p", "no:cacheprovider", "--json-report-file=none",
)  # fmt: skip
SHOWN = ("--tb=short",)
UNSEEN = ("--tb=no", "-p", "no:unraisableexception", "-p", "no:threadexception")  # which take a third of the time
PYTEST_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
OK, TESTS_FAILED, NO_TESTS = 0, 1, 5  # pytest's exit statuses that mean that it could run


@dataclass(frozen=True)
class Finding:
    """How one public test ended. `test` is its file::name; `printed` is what the learner's code wrote meanwhile."""

    test: str
    exercise: str
    part: str | None
    outcome: str
    title: str
    message: str
    printed: str


@dataclass
class Run:
    """What a run of the public tests found; `problem` says why it could not, when it could not."""

    findings: list[Finding] = field(default_factory=list)
    problem: str | None = None

    def of(self, exercise: Exercise) -> list[Finding]:
        return [finding for finding in self.findings if finding.exercise == exercise.id]

    def status(self, exercise: Exercise) -> str | None:
        """The status of an exercise; None when none of its tests ran."""
        tests = [(finding.part, finding.outcome) for finding in self.of(exercise)]
        return score_exercise(exercise.points, exercise.parts, tests)[0] if tests else None

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Run:
        return cls([Finding(**finding) for finding in data["findings"]], data["problem"])


def run_tests(
    course: Course,
    steps: Sequence[Step],
    exercise: Exercise | None = None,
    *,
    show: bool = False,
    on_test: Callable[[int, int], None] | None = None,
    plugins: Sequence[object] = (),
) -> Run:
    """Run the public tests of `steps`, or of one exercise and what it builds on.

    `show` leaves pytest's own account on the terminal. `on_test(done, total)` is called as tests are done.
    """
    import pytest
    import pytest_jsonreport.plugin

    from autograder.testing import plugin

    folders = [course.tests_folder(step, "public") for step in steps]
    if missing := next((folder for folder in folders if not folder.is_dir()), None):
        return Run(problem=f"The tests are missing: there is no folder {missing}. Get the course's files again.")
    only = ["--exercise", exercise.id] if exercise else []
    recorder, printed = _Recorder(on_test), io.StringIO()
    with ExitStack() as surroundings:
        surroundings.enter_context(_at_root(course.root))
        if not show:
            surroundings.enter_context(redirect_stdout(printed))
            surroundings.enter_context(redirect_stderr(printed))
        here = ["--rootdir=.", "-c", os.devnull, "--confcutdir=tests"]
        named = [course.tests_from_root(step, "public") for step in steps]
        arguments = [*OPTIONS, *here, *(SHOWN if show else UNSEEN), *only, *named]
        ours = [plugin, pytest_jsonreport.plugin]  # by name each is looked for among all packages
        status = int(pytest.main(arguments, plugins=[*ours, recorder, *plugins]))
    if recorder.interrupted:
        raise KeyboardInterrupt
    return Run(recorder.settled(), _problem(status, "" if show else printed.getvalue()))


def _problem(status: int, printed: str) -> str | None:
    if status in (OK, TESTS_FAILED):
        return None
    if status == NO_TESTS:
        return "There is no public test for this. Get the course's files again: lmi doctor says what is missing."
    return f"The tests could not be run (pytest's exit status {status}).\n{printed[-4000:]}".rstrip()


def threads() -> dict[str, str]:
    """The variable that says how many threads torch starts: LMI_THREADS, else what the user chose for all, else one.

    More gain nothing on arrays as small as those of tests, and on a busy machine they wait for each other.
    """
    return {"OMP_NUM_THREADS": os.environ.get("LMI_THREADS") or os.environ.get("OMP_NUM_THREADS") or "1"}


@contextmanager
def _at_root(root: Path) -> Iterator[None]:
    """As `pytest` at the course's root in a new process, with no plugins, options or warnings but those named here."""
    path, before = list(sys.path), dict(os.environ)
    for name in PYTEST_VARIABLES:
        os.environ.pop(name, None)
    os.environ.update({"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **threads()})
    if "matplotlib.pyplot" not in sys.modules:
        os.environ.setdefault("MPLBACKEND", "Agg")  # a window would wait to be closed
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        with chdir(root), warnings.catch_warnings(), _as_new():
            warnings.resetwarnings()
            yield
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(before)


def _as_new() -> AbstractContextManager[None]:
    """Torch and numpy set as they are when they have just been imported, whatever a notebook's cells have set."""
    if "torch" not in sys.modules:
        return nullcontext()
    from autograder.sandbox import worlds

    return worlds.as_new()


class _Recorder:
    """A pytest plugin that keeps what the course's plugin found."""

    def __init__(self, on_test: Callable[[int, int], None] | None) -> None:
        self._found: list[tuple[Finding, Told]] = []
        self.interrupted = False
        self._on_test, self._done, self._printed = on_test, 0, ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self._printed = report.capstdout.rstrip()

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        from autograder.testing import TIE, VERDICT, item_name, title

        if VERDICT in item.stash:
            tie, verdict = item.stash[TIE], item.stash[VERDICT]
            words = title(item), verdict.message, self._printed
            finding = Finding(item_name(item), tie.exercise.id, tie.part, verdict.outcome, *words)
            self._found.append((finding, verdict.told))
        self._printed = ""
        self._done += 1
        if self._on_test:
            self._on_test(self._done, item.session.testscollected)

    def settled(self) -> list[Finding]:
        """What was found; of an exercise's failed tests first what knows most, and no cause that another one denies."""
        findings = []
        for exercise in dict.fromkeys(finding.exercise for finding, _ in self._found):
            tests = [pair for pair in self._found if pair[0].exercise == exercise]
            for (finding, _), told in together(tests, lambda pair: pair[1]):
                findings.append(replace(finding, message=told.message))
        return findings

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = excinfo.type is KeyboardInterrupt  # and not pytest's own, for tests that do not import
