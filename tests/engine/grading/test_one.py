"""One submission → one report: points for what works, a reason for what does not, and the grader unharmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course, stub_texts
from autograder.grading.one import grade
from autograder.report.schema import ExerciseResult, Report
from autograder.submission import submission
from autograder.submission.read import Submission, read_submission
from tests.engine import tools
from tests.engine.grading.handed_in import sums
from tests.engine.tiny_course import (
    HIDDEN_TESTS,
    SOLUTION,
    STEP_TOML,
    STUB,
    edited,
    write_tiny_course,
)
from tests.engine.tools import BACKEND, DOUBLE, MODULE, TOTAL, own_modules

PUBLIC, HIDDEN = "tests/public/step00/test_sums.py", "tests/hidden/step00/test_sums.py"
TIGHT = ("call_seconds = 3", "call_seconds = 2\nsubmission_seconds = 15\nmemory_mb = 500")
MANIFEST = edited(STEP_TOML, TIGHT, ("minutes = 5\n", 'minutes = 5\npicture = "bars"\n'))
PICTURE = """
from matplotlib.figure import Figure
def bars(learner, reference):
    figure = Figure()
    figure.subplots().bar(["yours", "reference"], [learner.sums.double(3), reference.sums.double(3)])
    return figure
"""
THREE = edited(
    HIDDEN_TESTS,
    ("from autograder", "import pytest\n\nfrom autograder"),
    ('@exercise("00.double")', '@exercise("00.double")\n@pytest.mark.parametrize("i", range(3))'),
    ("doubled(learner", "doubled(i, learner"),
)
COURSE = {"grading_configs/step00.toml": MANIFEST, "reference/pictures/step00.py": PICTURE}
Graded = Callable[..., Report]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_course(tmp_path_factory.mktemp("grading") / "course", COURSE)


@pytest.fixture(scope="module")
def graded(root: Path, tiny_sandbox: Any) -> Iterator[Graded]:
    """Grades `sums.py` with this text, or any submission; the same question is answered once."""
    done: dict[Any, Report] = {}

    def graded(what: str | Submission, salt: str = "salt", seed: int | None = None, at: Path = root) -> Report:
        key = (str(what), salt, seed, at)
        if key not in done:
            with own_modules():
                course = load_course(at)
                one = sums(what) if isinstance(what, str) else what
                done[key] = grade(one, course, tiny_sandbox, course.steps, salt, seed)
        return done[key]

    yield graded


def statuses(report: Report) -> dict[str, str]:
    return {exercise.id.removeprefix("00."): exercise.status for exercise in report.exercises}


def messages(report: Report, visibility: str, exercise: str = "00.double") -> str:
    found = next(e for e in report.exercises if e.id == exercise)
    return "\n".join(test.message for test in found.tests if test.visibility == visibility)


def changed(*swaps: tuple[str, str]) -> str:
    return edited(SOLUTION, *swaps)


# ---------------------------------------------------------------- scores


def test_the_reference_has_full_marks(graded: Graded) -> None:
    report = graded(SOLUTION)
    assert (report.score, report.max_score) == (10, 10) and set(statuses(report).values()) == {"passed"}


def test_stubs_have_nothing_and_are_not_started(graded: Graded) -> None:
    report = graded(STUB)
    assert report.score == 0 and set(statuses(report).values()) == {"not_started"}


def test_what_is_as_it_was_given_out_is_not_run(
    graded: Graded, root: Path, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = stub_texts(course := load_course(root), course.step("00"))["sums.py"]
    ran = graded(ours + "\n# a line of the learner's own\n")
    monkeypatch.setattr(tiny_sandbox, "open", lambda *_: pytest.fail("a guest was started"))
    report = graded(ours)
    exercises = zip(report.exercises, ran.exercises, strict=True)
    assert all(_told(one) == _told(other) for one, other in exercises)
    assert (report.sandbox.memory_by, report.warnings) == (None, []) and ran.sandbox.memory_by


def _told(exercise: ExerciseResult) -> Any:
    return exercise.status, [(test.id, test.outcome, test.message) for test in exercise.tests]


def test_a_part_that_works_has_its_points(graded: Graded) -> None:
    report = graded(tools.WRONG_NEGATIVES)
    assert statuses(report) == {"double": "passed", "total": "partial"} and report.score == 4 + 4


def test_a_wrong_solution_has_nothing_for_it(graded: Graded) -> None:
    report = graded(tools.WRONG_DOUBLE)
    assert statuses(report) == {"double": "failed", "total": "passed"} and report.score == 6


def test_what_waits_for_another_exercise_is_blocked(graded: Graded) -> None:
    report = graded(tools.BOTH_WRONG)
    blocked = list(report.exercises)[1]
    assert (blocked.status, blocked.blocked_by, blocked.score) == ("blocked", ["00.double"], 0)


def test_hidden_tests_fail_what_is_right_for_public_inputs_only(graded: Graded, tmp_path: Path) -> None:
    three = write_tiny_course(tmp_path / "course", COURSE | {HIDDEN: THREE})
    report = graded(changed((DOUBLE, "return {3: 6}.get(x, 0)")), at=three)
    assert statuses(report)["double"] == "failed"
    assert "right for the inputs of the public tests only" in messages(report, "hidden")


def test_what_gives_other_values_for_hidden_inputs_is_not_called_hard_coded(graded: Graded) -> None:
    report = graded(changed((DOUBLE, "return x + 3")))
    assert statuses(report)["double"] == "failed" and "public tests only" not in messages(report, "hidden")


def test_what_fails_public_tests_is_not_called_hard_coded(graded: Graded) -> None:
    assert "public tests only" not in messages(graded(tools.WRONG_DOUBLE), "hidden")


# ---------------------------------------------------------------- ways to go wrong

ENDS = {
    "error": "return x.nothing",
    "timeout": "while True: pass",
    "out_of_memory": "return len(bytearray(2 * 10**9))",
}


@pytest.mark.parametrize(("status", "body"), ENDS.items(), ids=ENDS)
def test_an_exercise_that_cannot_answer_says_how_it_ended(graded: Graded, status: str, body: str) -> None:
    report = graded(changed((DOUBLE, body)))
    assert statuses(report) == {"double": status, "total": "passed"} and report.score == 6


def test_an_exit_is_an_error_and_harms_nothing_else(graded: Graded) -> None:
    report = graded(changed((DOUBLE, "import os; os._exit(0)")))
    assert statuses(report) == {"double": "error", "total": "passed"}


@pytest.mark.parametrize("visibility", ["public", "hidden"])
def test_a_module_that_was_not_handed_in_is_named_and_not_started(graded: Graded, visibility: str) -> None:
    report = graded(submission("ada", {"step00_sums/other.py": "x = 1\n"}))
    assert set(statuses(report).values()) == {"not_started"} and report.score == 0
    assert messages(report, visibility) == "Not started: sums.py was not handed in."


@pytest.mark.parametrize("visibility", ["public", "hidden"])
def test_a_step_of_which_nothing_was_handed_in_is_not_started(graded: Graded, visibility: str) -> None:
    report = graded(submission("ada", {"step01_more/sums.py": "x = 1\n"}))
    assert set(statuses(report).values()) == {"not_started"} and report.score == 0
    assert messages(report, visibility) == "Not started: nothing of step00_sums was handed in."


def test_a_missing_function_is_named(graded: Graded) -> None:
    assert "sums.py has no `double`" in messages(graded("x = 1\n"), "public")


def test_a_module_that_does_not_import_says_why(graded: Graded) -> None:
    report = graded("import nowhere_to_be_found\n" + SOLUTION)
    assert statuses(report)["double"] == "error"
    assert "No module named 'nowhere_to_be_found'" in messages(report, "public")


def test_a_missing_import_with_a_short_name_is_not_a_missing_module(graded: Graded) -> None:
    assert "No module named 'ex'" in messages(graded("import ex\n" + SOLUTION), "public")


def test_a_syntax_error_says_its_line(graded: Graded) -> None:
    assert "def unfinished(:" in messages(graded(SOLUTION + "def unfinished(:\n"), "public")


def test_text_that_is_no_utf8_is_for_python_to_refuse(graded: Graded) -> None:
    latin = Submission("ada", {MODULE: f"{SOLUTION}\nx = 'déjà'\n".encode("latin-1")}, "digest")
    assert "SyntaxError" in messages(graded(latin), "public")


def test_text_that_declares_its_encoding_is_read(graded: Graded) -> None:
    text = f"# -*- coding: latin-1 -*-\n{SOLUTION}\n# déjà vu\n".encode("latin-1")
    assert graded(Submission("ada", {MODULE: text}, "another digest")).score == 10


# ---------------------------------------------------------------- what is said


def test_what_it_prints_is_in_public_messages_only(graded: Graded) -> None:
    report = graded(tools.WRONG_DOUBLE)
    assert "Printed:\nseen 3" in messages(report, "public")
    assert "seen" not in messages(report, "hidden")


def test_what_it_prints_is_not_told_where_it_passes(graded: Graded) -> None:
    assert messages(graded(changed((DOUBLE, "print('seen'); return x + x"))), "public") == ""


def test_an_exceptions_text_is_in_public_messages_only(graded: Graded) -> None:
    report = graded(changed((DOUBLE, "raise ValueError(f'sesame {x}')")))
    assert "sesame 3" in messages(report, "public") and "sesame" not in messages(report, "hidden")


def test_every_test_is_reported_public_ones_first(graded: Graded) -> None:
    total = list(graded(SOLUTION).exercises)[1]
    assert [(test.visibility, test.outcome) for test in total.tests] == [
        ("public", "passed"), ("hidden", "passed"), ("hidden", "passed"),
    ]  # fmt: skip


def test_an_exercise_may_be_left_alone_once_a_test_of_it_has_failed(root: Path, tiny_sandbox: Any) -> None:
    with own_modules():
        course = load_course(root)
        whole, short = (
            grade(sums(tools.WRONG_DOUBLE), course, tiny_sandbox, course.steps, "salt", until_failed=until)
            for until in (False, True)
        )
    assert statuses(short) == statuses(whole) == {"double": "failed", "total": "passed"}
    all_tests, fewer = (tuple(report.exercises) for report in (whole, short))
    assert [t.outcome for t in fewer[0].tests][-1:] == ["failed"] and len(fewer[0].tests) < len(all_tests[0].tests)
    assert [t.id for t in fewer[1].tests] == [t.id for t in all_tests[1].tests]


def test_the_report_says_how_the_code_was_kept_apart(graded: Graded) -> None:
    found = graded(SOLUTION).sandbox
    assert (found.backend, found.isolated) == (BACKEND, BACKEND == "bwrap")
    assert (found.limits["call_seconds"], found.limits["memory_mb"]) == (2, 500)


def test_its_own_kit_is_ignored_and_told(graded: Graded, root: Path, tmp_path: Path) -> None:
    kit = "from exercises.kit.numbers import ANSWER\n" + changed((DOUBLE, "return 2 * x if ANSWER == 42 else 0"))
    for name, text in {MODULE: kit, "kit/__init__.py": "", "kit/numbers.py": "ANSWER = 0\n"}.items():
        path = tmp_path / "ada" / "exercises" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    report = graded(read_submission(tmp_path / "ada", load_course(root)))
    assert report.score == 10
    assert "the course's kit is used" in report.warnings[0]


# ---------------------------------------------------------------- seeds


def essence(report: Report) -> Any:
    return report.seed, [(e.id, e.status, [(t.id, t.outcome, t.message) for t in e.tests]) for e in report.exercises]


ECHO = changed((DOUBLE, "return x + 1 + x % 2"))


def test_the_same_submission_has_the_same_report(graded: Graded) -> None:
    again = sums(ECHO, "the same under another name")
    assert essence(graded(ECHO)) == essence(graded(again))


def test_another_salt_is_another_seed(graded: Graded) -> None:
    assert graded(ECHO).seed != graded(ECHO, salt="pepper").seed


def test_another_submission_is_another_seed(graded: Graded) -> None:
    assert graded(ECHO).seed != graded(SOLUTION).seed


def test_a_reports_seed_gives_the_report_again(graded: Graded) -> None:
    first = graded(ECHO)
    assert essence(graded(ECHO, salt="pepper", seed=first.seed)) == essence(first)


@pytest.fixture
def drawn(write_course: Any, graded: Graded) -> Callable[[str], str]:
    """What a public test that draws its input got for it."""
    test = """
    from autograder import exercise
    @exercise("00.double")
    def test_draws(learner, draw):
        raise AssertionError(str(learner.sums.double(draw.seed())))
    """
    root = write_course(COURSE | {PUBLIC: test})
    return lambda salt: messages(graded(ECHO, salt, at=root), "public")


def test_public_inputs_are_the_same_for_every_salt(drawn: Any) -> None:
    assert int(drawn("salt")) == int(drawn("pepper"))


def test_a_score_does_not_depend_on_the_graders_own_seed(drawn: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawn("salt")
    monkeypatch.setenv("LMI_SEED", "7")
    assert drawn("with another seed") == before


# ---------------------------------------------------------------- pictures


def picture(report: Report) -> str | None:
    return next(iter(report.exercises)).picture


def test_a_picture_is_drawn_where_the_manifest_has_one(graded: Graded) -> None:
    assert (picture(graded(SOLUTION)) or "").startswith("data:image/png;base64,")


def test_a_wrong_result_has_a_picture(graded: Graded) -> None:
    assert picture(graded(tools.WRONG_DOUBLE))


def test_what_is_not_started_has_no_picture(graded: Graded) -> None:
    assert picture(graded(STUB)) is None


def test_a_picture_that_cannot_be_drawn_costs_nothing(write_course: Any, graded: Graded) -> None:
    broken = {"reference/pictures/step00.py": "def bars(learner, reference): raise RuntimeError('no')\n"}
    report = graded(SOLUTION, at=write_course(COURSE | broken))
    assert report.score == 10 and picture(report) is None


def test_what_it_prints_while_a_picture_is_drawn_is_not_shown(
    graded: Graded, capfd: pytest.CaptureFixture[str]
) -> None:
    report = graded(changed((DOUBLE, "print('sesame'); return 2 * x"), (TOTAL, "return 0")))
    assert picture(report) and "sesame" not in "".join(capfd.readouterr())
