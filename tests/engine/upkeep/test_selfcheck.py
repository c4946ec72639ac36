"""The course checks itself: a sound one is sound, and each way not to be is reported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.course import load_course
from autograder.grading import Job, Outcome, grade_one, worker
from autograder.upkeep import Share, forms
from autograder.upkeep.cases import QUICK_EACH
from autograder.upkeep.forms import CHEATS
from autograder.upkeep.selfcheck import Finding, selfcheck
from tests.engine import tools
from tests.engine.tiny_course import PUBLIC_TESTS, SOLUTION, STUB, edited
from tests.engine.tools import BACKEND, MODULE, SUMS, own_modules
from tests.engine.upkeep.test_figures import FILES as FIGURES

RECORDED = """{"golden": {"value": 1.618034, "atol": 1e-6, "rtol": 0, "source": "Euclid", "made_by": "a root"}}"""
BANKS = {
    "tests/banks/step00/right/double__times.py": '"""right: multiplies."""\ndef double(x): return 2 * x\n',
    "tests/banks/step00/wrong/double__plus.py": (
        '"""wrong: adds one. Fails: 00.double."""\ndef double(x): return x + 1\n'
    ),
    "reference/checkpoints/step00.json": RECORDED,
    "reference/checkpoints/step00.py": "def golden():\n    return (1 + 5**0.5) / 2\n",
}
NUMBERS = ("0-d tensors for numbers", "floats for whole numbers")  # total builds on double: two gradings of each
RIGHT, WRONG = list(BANKS)[:2]
Check = Callable[..., dict[str, str | None]]


@pytest.fixture
def check(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    """What is wrong with the tiny course and its banks after these changes: what was checked → problem.

    Of other forms and cheats it tries one each; all of them are tried where they are the point.
    """
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    monkeypatch.setattr(forms, "FORMS", {NUMBERS[0]: forms.FORMS[NUMBERS[0]]})
    monkeypatch.setattr(forms, "CHEATS", CHEATS[:1])

    def check(**changes: str | None) -> dict[str, str | None]:
        return {finding.what: finding.problem for finding in findings(write_course, changes)}

    with own_modules():
        yield check


def findings(
    write: Any, changes: dict[str, str | None], quick: bool = False, share: Share | None = None
) -> list[Finding]:
    course = load_course(write(BANKS | changes))
    job = Job(course.root, None, ("00",), BACKEND, 1, "salt")
    return list(selfcheck(course, course.steps, job, quick=quick, share=share))


def problems(found: dict[str, str | None]) -> dict[str, str]:
    return {what: problem for what, problem in found.items() if problem}


def test_a_sound_course_is_sound_and_says_what_was_checked(
    write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    with own_modules():
        found = {finding.what: finding.problem for finding in findings(write_course, {})}
    assert found == dict.fromkeys(
        [
            "manifests, tests and stubs agree", "step 00 reference", "step 00 reference, 2 threads", "step 00 stubs",
            "step 00 right-double__times", "step 00 right-double__times, 2 threads", "step 00 wrong-double__plus",
            "checkpoint step00.golden", *(f"step 00 form {form}, {i}" for form in NUMBERS for i in (1, 2)),
            *(f"step 00 cheat {cheat}, {i}" for cheat in CHEATS for i in (1, 2)),
        ]
    )  # fmt: skip


def test_a_figure_that_is_missing_is_told(check: Check) -> None:
    found = problems(check(**FIGURES))  # type: ignore[arg-type]
    assert list(found) == ["figures of step 00"] and "which is not there" in found["figures of step 00"]


def test_a_wrong_solution_that_passes_is_told(check: Check) -> None:
    found = check(**{WRONG: BANKS[WRONG].replace("x + 1", "x + x")})
    assert problems(found) == {"step 00 wrong-double__plus": "should fail, but does not: 00.double"}


def test_a_wrong_solution_that_fails_elsewhere_is_told(check: Check) -> None:
    text = BANKS[WRONG] + "def total(numbers): return 7\n"
    found = check(**{WRONG: text.replace("00.double.", "00.total.")})["step 00 wrong-double__plus"] or ""
    assert found.startswith("should fail, but does not: 00.total; should not fail: 00.double failed")


def test_a_wrong_solution_of_an_unknown_exercise_is_told(check: Check) -> None:
    found = check(**{WRONG: BANKS[WRONG].replace("00.double.", "00.double, 00.trebel.")})
    assert "names exercises that do not exist: 00.trebel" in problems(found)["step 00 wrong-double__plus"]


def test_a_right_solution_that_fails_is_told_with_the_test(check: Check) -> None:
    found = problems(check(**{RIGHT: BANKS[RIGHT].replace("2 * x", "3 * x")}))
    assert list(found) == ["step 00 right-double__times", "step 00 right-double__times, 2 threads"]
    assert "should have full marks, but: 00.double failed (test_twice_three_is_six: " in next(iter(found.values()))


def test_a_reference_that_fails_is_told(check: Check) -> None:
    wrong = edited(PUBLIC_TESTS, ("to_equal(6)", "to_equal(7)"))
    assert "step 00 reference" in problems(check(**{"tests/public/step00/test_sums.py": wrong}))


def test_a_stub_that_passes_is_told(check: Check) -> None:
    found = problems(check(**{SUMS: tools.ONLY_DOUBLE}))
    assert "should score nothing, but: 00.double passed" in found["step 00 stubs"]


def test_a_stub_out_of_step_is_told_and_nothing_says_that_stubs_agree(check: Check) -> None:
    found = check(**{SUMS: STUB.replace("Twice x.", "Twice y.")})
    (what, problem), *others = problems(found).items()
    assert what.endswith(SUMS) and problem.startswith("stub out of step") and not others
    assert "manifests, tests and stubs agree" not in found


def test_a_missing_test_is_told_and_nothing_is_graded(check: Check) -> None:
    found = check(**{"tests/hidden/step00/test_sums.py": None})
    assert problems(found) == found and "has no hidden test" in "".join(problems(found).values())


def test_a_drifted_checkpoint_is_told(check: Check) -> None:
    found = check(**{"reference/checkpoints/step00.json": RECORDED.replace("1.618034", "1.7")})
    assert "recorded 1.7, now 1.61803" in problems(found)["checkpoint step00.golden"]


def test_a_bank_that_cannot_be_read_is_told(check: Check) -> None:
    found = problems(check(**{WRONG: '"""adds one."""\ndef double(x): return x + 1\n'}))
    assert list(found) == ["step 00 banks"] and "double__plus.py" in found["step 00 banks"]


def test_a_bank_that_replaces_nothing_is_told(check: Check) -> None:
    found = problems(check(**{RIGHT: '"""right: no."""\ndef treble(x): return 3 * x\n'}))
    assert "defines no function of the step" in found["step 00 banks"]


TOTAL_USES_DOUBLE = edited(SOLUTION, tools.USES_DOUBLE)


@pytest.mark.parametrize("quick", [False, True])
def test_a_solution_is_graded_where_it_can_matter_or_on_its_own_exercise(
    write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch, quick: bool
) -> None:
    graded: dict[str, set[str]] = {}

    def noted(name: str, *given: Any) -> Outcome:
        outcome = grade_one(name, *given)
        assert outcome.report
        graded[name] = {exercise.id for exercise in outcome.report.exercises}
        return outcome

    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    monkeypatch.setattr(sys.modules[selfcheck.__module__], "grade_one", noted)
    with own_modules():
        findings(write_course, {f"reference/{MODULE}": TOTAL_USES_DOUBLE}, quick)
    everything, own = {"00.double", "00.total"}, {"00.double"}
    assert graded["reference"] == everything
    assert graded["wrong-double__plus"] == graded["right-double__times"] == (own if quick else everything)
    assert ("right-double__times, 2 threads" in graded) is not quick


def test_a_bank_that_no_test_can_run_is_told(check: Check) -> None:
    helper = "def unused(x):\n    return x\n"
    solved = f"{SOLUTION}\n\n# region solution\n{helper}# endregion\n"
    found = problems(check(**{f"reference/{MODULE}": solved, RIGHT: f'"""right: no."""\n{helper}'}))
    assert "no test runs what it replaces" in found["step 00 banks"]


def test_what_a_machine_cannot_compute_is_skipped_and_said(check: Check, write_course: Any) -> None:
    needs = RECORDED.replace('"a root"', '"a root", "needs": "mnist"')
    without = "from autograder.testing.checkpoints import CheckpointUnavailable\n"
    without += "def golden():\n    raise CheckpointUnavailable('no data')\n"
    changes = {"reference/checkpoints/step00.json": needs, "reference/checkpoints/step00.py": without}
    skipped = [f.what for f in findings(write_course, changes) if f.skipped and not f.problem]
    assert skipped == ["checkpoint step00.golden"]


@pytest.mark.parametrize("quick", [False, True])
def test_a_quick_check_grades_a_few_wrong_solutions_of_an_exercise_and_a_full_one_all(
    write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch, quick: bool
) -> None:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    more = {WRONG.replace("plus", f"plus_{i}"): BANKS[WRONG] for i in range(QUICK_EACH + 1)}
    with own_modules():
        found = [finding.what for finding in findings(write_course, more, quick)]
    assert sum("wrong-" in what for what in found) == (QUICK_EACH if quick else QUICK_EACH + 2)


@pytest.mark.slow
def test_the_shares_together_check_everything_once_and_reference_and_stubs_each(
    write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    with own_modules():
        whole = [finding.what for finding in findings(write_course, {})]
        shares = [[f.what for f in findings(write_course, {}, share=Share(part, 2))] for part in (1, 2)]
    each = {"manifests, tests and stubs agree", "step 00 reference", "step 00 stubs"}
    assert all(each <= set(share) for share in shares)
    assert sorted(what for share in shares for what in share) == sorted([*whole, *each])


def test_no_pictures_are_drawn_for_it(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Job] = []

    def noted(name: str, source: Any, job: Job, only: Any) -> Outcome:
        jobs.append(job)
        return grade_one(name, source, job, only)

    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    monkeypatch.setattr(sys.modules[selfcheck.__module__], "grade_one", noted)
    with own_modules():
        findings(write_course, {}, quick=True)
    assert not any(job.pictures for job in jobs)
