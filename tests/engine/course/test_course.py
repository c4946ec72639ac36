from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import (
    Course,
    CourseError,
    Problem,
    UnknownName,
    audit_course,
    find_root,
    load_course,
    scan_tests,
)
from autograder.grading import ClusterError
from autograder.grading.gradebook import GradebookError
from autograder.grading.one import GradingError
from autograder.grading.salt import SaltError
from autograder.report import ReportError
from autograder.sandbox.backends import SandboxUnavailable
from autograder.submission.read import SubmissionError
from tests.engine.tiny_course import COURSE_TOML, PUBLIC_TESTS, SOLUTION, STEP_TOML, STUB, edited

Write = Callable[..., Path]
STEP = "grading_configs/step00.toml"


def mistakes_of(write: Write, *swaps: tuple[str, str]) -> list[str]:
    """What `load_course` says about the step's manifest with the swaps made, as `line: message`."""
    text = edited(STEP_TOML, *swaps).lstrip("\n")
    with pytest.raises(CourseError) as caught:
        load_course(write({STEP: text}))
    assert {problem.file.name for problem in caught.value.problems} == {"step00.toml"}
    return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    "error",
    [
        CourseError([Problem(Path("course.toml"), 3, "is wrong"), Problem(Path("step00.toml"), None, "is gone")]),
        SubmissionError("no zip"),
        GradingError("broken"),
        SandboxUnavailable("no bwrap"),
        ClusterError("nowhere"),
        SaltError("empty"),
        ReportError("no report"),
        GradebookError("locked"),
        UnknownName("no step"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_whole_from_another_process(error: Exception) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_course_is_read(tiny_course: Course) -> None:
    assert [exercise.id for exercise in tiny_course.exercises] == ["00.double", "00.total"]


def test_requires_are_qualified(tiny_course: Course) -> None:
    assert tiny_course.exercise("00.total").requires == ("00.double",)


def test_limits_of_a_step_override_those_of_the_course(tiny_course: Course) -> None:
    limits = tiny_course.step("00").limits
    assert (limits.call_seconds, limits.submission_seconds) == (3, 30)


def test_exercise_is_found_by_its_bare_name(tiny_course: Course) -> None:
    assert tiny_course.exercise("double").id == "00.double"


def test_unknown_exercise_suggests_the_nearest(tiny_course: Course) -> None:
    with pytest.raises(UnknownName, match="no exercise '00.duoble'; did you mean '00.double'"):
        tiny_course.exercise("00.duoble")


def test_unknown_step_names_the_steps(tiny_course: Course) -> None:
    with pytest.raises(UnknownName, match="no step '07': the steps are 00"):
        tiny_course.step("07")


def test_paths_of_stub_and_solution(tiny_course: Course) -> None:
    exercise = tiny_course.exercise("00.total")
    assert tiny_course.stub_path(exercise) == tiny_course.root / "exercises/step00_sums/sums.py"
    assert tiny_course.solution_path(exercise) == tiny_course.root / "reference/step00_sums/sums.py"


def test_root_is_found_from_a_folder_inside(tiny_root: Path) -> None:
    assert find_root(tiny_root / "exercises/step00_sums") == tiny_root


def test_no_root_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="course.toml: not found here or in any parent folder"):
        find_root(tmp_path)


BROKEN_STEPS: dict[str, tuple[tuple[str, str], list[str]]] = {
    "unknown key": (('title = "Twice', 'titel = "Twice'), ["13: unknown key 'titel'; did you mean 'title'?"]),
    "unknown limit": (("call_seconds", "cal_seconds"), ["9: unknown key 'cal_seconds'; did you mean 'call_seconds'?"]),
    "bad limit": (("call_seconds = 3", "call_seconds = 0"), ["9: call_seconds = 0"]),
    "duplicate": (('id = "total"', 'id = "double"'), ["21: exercise 'double' is here twice (first on line 11)"]),
    "unknown requires": (('["double"]', '["dubble"]'), ["29: 00.total requires 00.dubble, which is no exercise"]),
    "itself": (('["double"]', '["total"]'), ["29: exercises require each other in a circle (00.total → 00.total)"]),
    "later": (("minutes = 5", 'minutes = 5\nrequires = ["total"]'), ["circle (00.double → 00.total → 00.double)"]),
    "no hints": (('hints = ["Add the number to itself."]', ""), ["double has no hint"]),
    "empty hint": (('"Begin with nothing."', '" "'), ["30: hint 1 of total is empty"]),
    "repeated hint": (('"Begin with nothing."', '"Add each number in turn."'), ["30: hint 2 of total repeats"]),
    "difficulty": (("difficulty = 2", "difficulty = 6"), ["27: difficulty = 6"]),
    "points": (("points = 4", "points = 0"), ["15: double is worth 0 points", "6: the exercises add up to 6"]),
    "parts": (("positive = 4", "positive = 5"), ["25: the parts of total add up to 7, its points are 6"]),
    "empty part": (("negative = 2", "negative = 2, none = 0"), ["25: part 'none' of total is worth 0"]),
    "total": (("points = 10", "points = 11"), ["6: the exercises add up to 10 points, `points` says 11"]),
    "infinite": (("points = 4", "points = inf"), ["15: points = inf"]),
    "truth for a number": (("points = 4", "points = true"), ["15: points = True"]),
    "bonus": (("points = 4", "points = 4\nbonus = true"), ["15: double is a bonus and worth 4 points"]),
    "folder": (('"step00_sums"', '"step00_sum"'), ["5: there is no folder exercises/step00_sum"]),
    "id": (('id = "00"', 'id = "01"'), ["1: id is '01' in step00.toml: write id = '00'"]),
    "syntax": (("minutes = 10", "minutes = "), ["28: is not valid TOML"]),
    "missing": (('paper = "Peano 1889"', ""), ["None: 'paper' is missing"]),
}


@pytest.mark.parametrize("what", BROKEN_STEPS)
def test_mistake_in_a_step_is_named_with_its_line(write_course: Write, what: str) -> None:
    swap, expected = BROKEN_STEPS[what]
    found = mistakes_of(write_course, swap)
    for one in expected:
        assert any(one in message for message in found), (one, found)


def test_all_mistakes_are_told_at_once(write_course: Write) -> None:
    swaps = ("difficulty = 2", "difficulty = 0"), ('title = "Sums"', 'titel = "Sums"'), ("minutes = 5", 'minutes = "5"')
    assert len(mistakes_of(write_course, *swaps)) == 4  # the misspelt title is also a missing one


def test_prerequisite_that_comes_later_is_refused(write_course: Write) -> None:
    found = mistakes_of(
        write_course, ('requires = ["double"]', ""), ("minutes = 5", 'minutes = 5\nrequires = ["total"]')
    )
    assert found == ["18: 00.double requires 00.total, which comes later: put 00.total before 00.double"]


def test_key_inside_a_long_text_is_not_taken_for_a_key(write_course: Write) -> None:
    long = '"""\npoints = 3\n[limits]\n"""'
    found = mistakes_of(write_course, ('"Numbers can be added"', long), ("difficulty = 1", "difficulty = 9"))
    assert found[0].startswith("19: difficulty = 9")


def test_manifest_that_is_not_utf8_is_refused(write_course: Write) -> None:
    with pytest.raises(CourseError, match=r"step00.toml:2: is not UTF-8 text \(byte 0xe9\)"):
        load_course(write_course({STEP: b'id = "00"\ntitle = "\xe9"\n'}))


def test_missing_manifest_is_told(write_course: Write) -> None:
    with pytest.raises(CourseError, match="step07.toml: does not exist"):
        load_course(write_course({"grading_configs/course.toml": edited(COURSE_TOML, ('["00"]', '["00", "07"]'))}))


def test_mistake_in_the_course_limits_has_its_line(write_course: Write) -> None:
    with pytest.raises(CourseError, match="course.toml:10: limits.memory_mb = -1"):
        changed = edited(COURSE_TOML, ("memory_mb = 2000", "memory_mb = -1"))
        load_course(write_course({"grading_configs/course.toml": changed}))


def audit_of(write: Write, changes: dict[str, str | bytes | None]) -> list[str]:
    root = write(changes)
    problems = audit_course(load_course(root))
    return [f"{problem.file.relative_to(root)}:{problem.line}: {problem.message}" for problem in problems]


def test_sound_course_passes_the_audit(tiny_course: Course) -> None:
    assert audit_course(tiny_course) == []


def test_release_passes_the_audit_without_solutions_and_hidden_tests(write_course: Write) -> None:
    left_out = [
        "reference/step00_sums/__init__.py",
        "reference/step00_sums/sums.py",
        "reference/checkpoints/step00.json",
        "tests/hidden/step00/test_sums.py",
    ]
    assert audit_of(write_course, dict.fromkeys(left_out)) == []


PUBLIC, HIDDEN = "tests/public/step00/test_sums.py", "tests/hidden/step00/test_sums.py"
AUDITS: dict[str, tuple[dict[str, str | bytes | None], str]] = {
    "stub": (
        {"exercises/step00_sums/sums.py": edited(STUB, ("def total", "def totals"))},
        "grading_configs/step00.toml:21: exercises/step00_sums/sums.py has no 'total'; did you mean 'totals'? (stub)",
    ),
    "solution": (
        {"reference/step00_sums/sums.py": edited(SOLUTION, ("def double", "def twice"))},
        "grading_configs/step00.toml:12: reference/step00_sums/sums.py has no 'double' (solution)",
    ),
    "missing module": (
        {"reference/step00_sums/sums.py": None},
        "grading_configs/step00.toml:14: reference/step00_sums/sums.py is missing",
    ),
    "broken module": (
        {"exercises/step00_sums/sums.py": "def f(:\n"},
        "exercises/step00_sums/sums.py:1: is not valid Python",
    ),
    "no hidden test": (
        {HIDDEN: None},
        "grading_configs/step00.toml:12: 00.double has no hidden test: add one with exercise('00.double')",
    ),
    "untested part": (
        {HIDDEN: PUBLIC_TESTS},
        "grading_configs/step00.toml:25: part 'negative' of 00.total has no hidden test",
    ),
    "unknown exercise": (
        {PUBLIC: PUBLIC_TESTS + '\n@exercise("00.totel")\ndef test_x(learner):\n    pass\n'},
        f"{PUBLIC}:13: there is no exercise '00.totel'; did you mean '00.total'?",
    ),
    "unknown part": (
        {PUBLIC: edited(PUBLIC_TESTS, ('part="positive"', 'part="positiv"'))},
        f"{PUBLIC}:9: 00.total has no part 'positiv': its parts are positive, negative",
    ),
    "test of nothing": (
        {PUBLIC: PUBLIC_TESTS + "\ndef test_x(learner):\n    pass\n"},
        f"{PUBLIC}:13: test_x belongs to no exercise",
    ),
    "test of two": (
        {PUBLIC: PUBLIC_TESTS + '\n@exercise("00.double")\n@exercise("00.total")\ndef test_x(learner):\n    pass\n'},
        f"{PUBLIC}:15: test_x belongs to 2 exercises: a test belongs to one",
    ),
    "id not written out": (
        {PUBLIC: PUBLIC_TESTS + '\nID = "00.double"\n@exercise(ID)\ndef test_x(learner):\n    pass\n'},
        f"{PUBLIC}:14: write the exercise out as text",
    ),
    "stray stub": ({"exercises/step00_sums/old.py": ""}, "exercises/step00_sums/old.py:None: has no solution"),
    "stray solution": ({"reference/step00_sums/new.py": ""}, "reference/step00_sums/new.py:None: has no stub"),
    "unlisted step": ({"grading_configs/step09.toml": ""}, "grading_configs/step09.toml:None: is not in `steps`"),
}


@pytest.mark.parametrize("what", AUDITS)
def test_audit_names_what_is_missing_or_stray(write_course: Write, what: str) -> None:
    changes, expected = AUDITS[what]
    found = audit_of(write_course, changes)
    assert any(message.startswith(expected) for message in found), found


def test_method_is_found_by_its_object(write_course: Write) -> None:
    model = "class Model:\n    def forward(self):\n        pass\n"
    changes: dict[str, str | bytes | None] = {
        STEP: edited(STEP_TOML, ('id = "total"', 'id = "total"\nobject = "Model.forward"')),
        "exercises/step00_sums/sums.py": STUB + model,
        "reference/step00_sums/sums.py": SOLUTION + model,
    }
    assert audit_of(write_course, changes) == []


def marks_in(write: Write, text: str) -> list[tuple[str, str | None, str]]:
    root = write({PUBLIC: text, HIDDEN: None})
    return [(mark.exercise, mark.part, mark.test) for mark in scan_tests(load_course(root))]


def test_mark_of_a_module_holds_for_its_tests(write_course: Write) -> None:
    text = 'pytestmark = [exercise("00.double")]\ndef test_a(): ...\ndef helper(): ...\n'
    assert marks_in(write_course, text) == [("00.double", None, "test_a")]


def test_mark_of_a_test_stands_above_that_of_its_module(write_course: Write) -> None:
    text = 'pytestmark = exercise("00.double")\n@autograder.exercise("00.total", part="negative")\ndef test_a(): ...\n'
    assert marks_in(write_course, text) == [("00.total", "negative", "test_a")]


def test_mark_of_a_class_holds_for_its_methods(write_course: Write) -> None:
    text = '@exercise("00.double")\nclass TestIt:\n    def test_a(self): ...\n'
    assert marks_in(write_course, text) == [("00.double", None, "TestIt::test_a")]


def test_tests_of_an_exercise_are_found(tiny_course: Course) -> None:
    marks = [mark for mark in scan_tests(tiny_course) if mark.exercise == "00.double"]
    assert [(mark.visibility, mark.line) for mark in marks] == [("public", 4), ("hidden", 4)]
