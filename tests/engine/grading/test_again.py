"""Grading again: what nothing has changed for is taken, what may have changed is graded, and the reason is said."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from autograder import files
from autograder.grading import kept, state
from autograder.grading.gradebook import Gradebook
from autograder.grading.many import ClassResult, grade_class
from autograder.grading.pace import Pace, summary
from autograder.report import load_report
from tests.engine.grading.pretend import Pretend, job_for, pretend, solved, two_steps
from tests.engine.tiny_course import COURSE_TOML, HIDDEN_TESTS, SOLUTION, STUB, edited
from tests.engine.tools import own_modules

__all__ = ["pretend"]
BOTH = ("00", "01")
HIDDEN = "tests/hidden/step01/test_sums.py"


@pytest.fixture(autouse=True)
def _own_modules() -> Iterator[None]:
    with own_modules():
        yield


@pytest.fixture
def course(tmp_path: Path) -> Callable[..., Path]:
    """Writes a course of two steps, with changes."""
    from tests.engine.tiny_course import write_tiny_course

    def write(changes: dict[str, Any] | None = None) -> Path:
        return write_tiny_course(tmp_path / "course", two_steps() | (changes or {}))

    return write


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def why(result: ClassResult) -> tuple[str, ...]:
    (outcome,) = result.outcomes
    return outcome.why


def snapshot(out: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted((out / "ada").iterdir())}


def test_what_has_not_changed_is_taken_as_it_is(course: Any, out: Path, pretend: Pretend) -> None:
    root = course()
    first = grade_class([solved()], job_for(root, out))
    before, report = snapshot(out), load_report(out / "ada" / "report.json")
    again = grade_class([solved()], job_for(root, out))
    assert (first.taken, again.taken, pretend.asked) == (0, 1, [("ada", BOTH)])
    (graded,) = again.graded
    assert (graded.submission, graded.score, graded.max_score, graded.seed) == ("ada", 20, 20, report.seed)
    assert graded.counts == report.counts and snapshot(out) == before


ELSEWHERE: dict[str, Callable[[pytest.MonkeyPatch], object]] = {
    "the engine": lambda patch: patch.setattr(state, "engine_digest", lambda: "another"),
    "Python or an installed package": lambda patch: patch.setattr(state, "installed", lambda: "another"),
    "an LMI_ setting or its folder": lambda patch: patch.setenv("LMI_THREADS", "3"),
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_a_change_around_the_course_touches_everything(
    course: Any, out: Path, pretend: Pretend, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    root = course()
    grade_class([solved()], job_for(root, out))
    ELSEWHERE[what](monkeypatch)
    assert (why(grade_class([solved()], job_for(root, out))), pretend.asked[1:]) == ((what,), [("ada", BOTH)])


def test_a_file_in_a_folder_that_a_setting_names_counts(
    course: Any, out: Path, pretend: Pretend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("LMI_DATA", str(tmp_path / "data"))
    root = course()
    grade_class([solved()], job_for(root, out))
    (tmp_path / "data" / "mnist").write_text("digits")
    assert why(grade_class([solved()], job_for(root, out))) == ("an LMI_ setting or its folder",)


JOBS = [
    ({"seed": 5}, "the seed of hidden inputs"),
    ({"salt": "pepper"}, "the seed of hidden inputs"),
    ({"until_failed": True}, "the sandbox, its threads or the way of grading"),
    ({"regrade": True}, "asked for"),
]


@pytest.mark.parametrize(("setting", "said"), JOBS)
def test_another_way_of_grading_touches_everything(
    course: Any, out: Path, pretend: Pretend, setting: dict[str, Any], said: str
) -> None:
    root = course()
    grade_class([solved()], job_for(root, out))
    assert (why(grade_class([solved()], job_for(root, out, **setting))), len(pretend.asked)) == ((said,), 2)


def test_what_is_handed_in_anew_is_graded(course: Any, out: Path, pretend: Pretend) -> None:
    root = course()
    grade_class([solved(), solved("ben")], job_for(root, out))
    result = grade_class([solved(), solved("ben", STUB)], job_for(root, out))
    assert ([o.name for o in result.outcomes if o.taken], pretend.asked[2:]) == (["ada"], [("ben", BOTH)])


IN_THE_COURSE = {  # a changed file → the steps that are graded again
    HIDDEN: (("01",), HIDDEN_TESTS.replace('"00.', '"01.') + "\n# one more line\n", "tests/hidden/step01"),
    "tests/public/step01/conftest.py": (("01",), "X = 1\n", "tests/public/step01"),
    "reference/step01_sums/sums.py": (("01",), SOLUTION + "\n", "reference/step01_sums"),
    "reference/checkpoints/step01.json": (("01",), "{}", "reference/checkpoints"),
    "exercises/step01_sums/sums.py": (("01",), STUB + "\n", "exercises/step01_sums"),
    "exercises/kit/step01/data.py": (("01",), "X = 1\n", "exercises/kit/step01"),
    "exercises/kit/numbers.py": (BOTH, "ANSWER = 43\n", "exercises/kit"),
    "tests/conftest.py": (BOTH, "X = 1\n", "tests"),
    "reference/helpers.py": (BOTH, "X = 1\n", "reference"),
    "pyproject.toml": (BOTH, "[tool.pytest.ini_options]\n", "pyproject.toml"),
    "tests/engine/test_engine.py": ((), "X = 1\n", ""),
    "grading_configs/README.md": ((), "# How\n", ""),
}


@pytest.mark.parametrize("changed", IN_THE_COURSE)
def test_a_change_of_the_course_touches_the_steps_that_may_use_it(
    course: Any, out: Path, pretend: Pretend, changed: str
) -> None:
    steps, text, said = IN_THE_COURSE[changed]
    grade_class([solved()], job_for(course(), out))
    result = grade_class([solved()], job_for(course({changed: text}), out))
    assert [asked for _, asked in pretend.asked[1:]] == ([steps] if steps else [])
    assert why(result) == ((said,) if said else ())


@pytest.mark.parametrize(
    ("old", "new", "steps"),
    [
        ("points = 10", "points = 10\npreload = []", ()),
        ("hints = [\n", "hints = [\n    'Think.',\n", ("01",)),
        ("call_seconds = 3", "call_seconds = 4", ("01",)),
    ],
)
def test_a_manifest_counts_as_it_is_understood(
    course: Any, out: Path, pretend: Pretend, old: str, new: str, steps: tuple[str, ...]
) -> None:
    grade_class([solved()], job_for(course(), out))
    toml = edited(two_steps()["grading_configs/step01.toml"], (old, new))
    grade_class([solved()], job_for(course({"grading_configs/step01.toml": toml}), out))
    assert [asked for _, asked in pretend.asked[1:]] == ([steps] if steps else [])


def test_a_limit_of_all_steps_touches_all(course: Any, out: Path, pretend: Pretend) -> None:
    grade_class([solved()], job_for(course(), out))
    toml = edited(two_steps()["grading_configs/course.toml"], ("memory_mb = 2000", "memory_mb = 2001"))
    grade_class([solved()], job_for(course({"grading_configs/course.toml": toml}), out))
    assert pretend.asked[1:] == [("ada", BOTH)]


@pytest.mark.parametrize(
    "code",
    [
        "from reference.step00_sums.sums import double\n",
        "import importlib\nimportlib.import_module('tests.hidden.step00.test_sums')\n",
        "import importlib\nother = importlib.import_module(f'reference.step{0:02}_sums.sums')\n",
        "from reference import through\n",
    ],
)
def test_a_step_that_names_another_depends_on_it(course: Any, out: Path, pretend: Pretend, code: str) -> None:
    uses = {
        "tests/hidden/step01/helpers.py": code,
        "reference/through.py": "def late():\n    from reference.step00_sums.sums import double\n",
    }
    grade_class([solved()], job_for(course(uses), out))
    grade_class([solved()], job_for(course(uses | {"reference/step00_sums/sums.py": SOLUTION + "\n"}), out))
    assert pretend.asked[1:] == [("ada", BOTH)]


def test_code_that_is_apart_counts_once_a_test_uses_it(course: Any, out: Path, pretend: Pretend) -> None:
    uses = {HIDDEN: "from reference.training.made import X\n", "reference/training/made.py": "X = 1\n"}
    grade_class([solved()], job_for(course(uses), out))
    grade_class([solved()], job_for(course(uses | {"reference/training/made.py": "X = 2\n"}), out))
    assert pretend.asked[1:] == [("ada", BOTH)]


def test_a_joined_report_is_one_report(course: Any, out: Path, pretend: Pretend) -> None:
    grade_class([solved()], job_for(course(), out))
    before = load_report(out / "ada" / "report.json")
    changed = {HIDDEN: HIDDEN_TESTS.replace('"00.', '"01.') + "\n# more\n"}
    (graded,) = grade_class([solved()], job_for(course(changed), out)).graded
    after = load_report(out / "ada" / "report.json")
    assert graded.score == after.score
    assert (after.steps, after.score, after.seconds) == (before.steps, 20, 1.0) and after.started > before.started
    assert set(after.sandbox.limits) == set(_limits())


def _limits() -> list[str]:
    return [line.split(" = ")[0] for line in COURSE_TOML.split("[limits]")[1].split("\n") if " = " in line]


def test_another_choice_of_steps_takes_those_that_are_there(course: Any, out: Path, pretend: Pretend) -> None:
    root = course()
    grade_class([solved()], job_for(root, out, steps=("00",)))
    both = grade_class([solved()], job_for(root, out))
    grade_class([solved()], job_for(root, out, steps=("01",)))
    one = load_report(out / "ada" / "report.json")
    assert pretend.asked == [("ada", ("00",)), ("ada", ("01",))]
    assert (why(both), [step.id for step in one.steps]) == (("step 01 was not graded before",), ["01"])


BY_HAND: dict[str, tuple[Callable[[Path], object], str]] = {
    "edited": (
        lambda out: (out / "ada" / "report.json").write_text(
            (out / "ada" / "report.json").read_text().replace('"score": 4.0', '"score": 5.0')
        ),
        "its report.json is not the one that was written",
    ),
    "a page gone": (lambda out: (out / "ada" / "report.html").unlink(), "its report.html is missing"),
    "a record of nonsense": (
        lambda out: (out / kept.GRADED / "ada.json").write_text("{"),
        "its record cannot be read",
    ),
}


@pytest.mark.parametrize("how", BY_HAND)
def test_what_is_not_as_it_was_written_is_graded(course: Any, out: Path, pretend: Pretend, how: str) -> None:
    root = course()
    grade_class([solved()], job_for(root, out))
    before, (edit, said) = load_report(out / "ada" / "report.json"), BY_HAND[how]
    edit(out)
    (again,) = grade_class([solved()], job_for(root, out)).outcomes
    assert again.why == (said,) and again.graded and load_report(out / "ada" / "report.json").steps == before.steps


def test_a_run_that_grades_all_again_grades_none_twice(course: Any, out: Path, pretend: Pretend) -> None:
    job = job_for(course(), out, regrade=True)
    results = [grade_class([solved()], job) for _ in range(2)]
    assert ([result.taken for result in results], len(pretend.asked)) == ([0, 1], 1)


def test_learners_see_what_they_may_see_now_without_grading(course: Any, out: Path, pretend: Pretend) -> None:
    grade_class([solved()], job_for(course(), out))
    before = snapshot(out)
    toml = two_steps()["grading_configs/course.toml"] + '\n[feedback]\nhidden_tests = "nothing"\n'
    result = grade_class([solved()], job_for(course({"grading_configs/course.toml": toml}), out))
    after = snapshot(out)
    assert (result.taken, len(pretend.asked)) == (1, 1)
    assert {name for name in after if after[name][1] != before[name][1]} == {
        "report.html", "report.md", "results.json", "staff.html",
    }  # fmt: skip


def test_the_pace_counts_what_is_graded(course: Any, out: Path, pretend: Pretend) -> None:
    root, clock = course(), iter([0.0, 1.0, 31.0])
    grade_class([solved()], job_for(root, out))
    pace = Pace(3, lambda: next(clock))
    grade_class([solved(), solved("ben")], job_for(root, out), on_done=pace.add)
    assert str(pace) == "1 taken, 2.0 a minute, about 30 s left"


def test_the_summary_says_why(course: Any, out: Path, pretend: Pretend) -> None:
    root = course()
    grade_class([solved(), solved("ben")], job_for(root, out))
    result = grade_class([solved(), solved("ben", STUB), solved("zoe")], job_for(root, out))
    assert list(summary(result, 60)) == [
        "1 taken as graded before (nothing has changed for them), 2 graded, in 60 s, 2.0 a minute.",
        "Graded again because of: what was handed in (1).",
    ]


# ---------------------------------------------------------------- killed while it writes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("regrade", [False, True])
@pytest.mark.parametrize("at", range(1, 8))
def test_a_run_that_is_killed_between_two_files_counts_once_or_not_at_all(
    course: Any, out: Path, pretend: Pretend, at: int, regrade: bool
) -> None:
    root = course()
    if regrade:
        grade_class([solved()], job_for(root, out))
    if (child := os.fork()) == 0:
        _end_at_file(at)
        pretend.asked += [("another", ())] * 30  # so that its report has a time of its own
        with suppress(BaseException):
            grade_class([solved("ada", STUB)] if regrade else [solved()], job_for(root, out))
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    result = grade_class([solved("ada", STUB)] if regrade else [solved()], job_for(root, out))
    with Gradebook(out / "gradebook.sqlite") as book:
        assert [row.runs for row in book.rows()] == [2 if regrade else 1]
    assert [graded.score for graded in result.graded] == [0 if regrade else 20]


def _end_at_file(number: int) -> None:
    """Have this process end when it is about to put that many files of reports in place."""
    real, places = os.replace, itertools.count(1)

    def replace(draft: Path, place: Path) -> None:
        if next(places) == number:
            os._exit(0)
        real(draft, place)

    files.os.replace = replace
