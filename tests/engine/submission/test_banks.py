"""Submissions with a known outcome: what a bank's file says of itself, and what it replaces."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.submission import BankError, read_bank, replaced, solutions, stubs, submission
from tests.engine.tiny_course import SOLUTION, STUB
from tests.engine.tools import MODULE, ROOT

RIGHT = '"""right: multiplies."""\n\n\ndef double(x):\n    return 2 * x\n'
WRONG = '"""wrong: adds one. Fails: 00.double."""\n\n\ndef double(x):\n    return x + 1\n'


def bank(write: Any, folder: str, text: str) -> tuple[Course, str]:
    course = load_course(write({f"tests/banks/{folder}/double__x.py": text}))
    return course, folder


def test_a_right_file_says_what_it_does(write_course: Any) -> None:
    (entry,) = read_bank(*bank(write_course, "step00/right", RIGHT))
    assert (entry.name, entry.kind, entry.what, entry.fails) == ("right-double__x", "right", "multiplies.", ())


def test_a_wrong_file_says_which_exercises_fail(write_course: Any) -> None:
    (entry,) = read_bank(*bank(write_course, "step00/wrong", WRONG))
    assert (entry.what, entry.fails) == ("adds one.", ("00.double",))


def test_several_exercises_may_fail(write_course: Any) -> None:
    text = WRONG.replace("00.double.", "00.double, 00.total.")
    (entry,) = read_bank(*bank(write_course, "step00/wrong", text))
    assert entry.fails == ("00.double", "00.total")


def test_a_heading_may_take_two_lines_and_be_explained(write_course: Any) -> None:
    text = WRONG.replace("adds one. ", "adds one,\nand not itself. ").replace('"""\n', '\n\nWhy: people do.\n"""\n', 1)
    (entry,) = read_bank(*bank(write_course, "step00/wrong", text))
    assert entry.what == "adds one, and not itself."


def test_a_hostile_file_says_what_the_report_must_hold(write_course: Any) -> None:
    text = WRONG.replace("wrong: adds one. Fails: 00.double.", "hostile: leaves. Says: exit status 0.")
    (entry,) = read_bank(*bank(write_course, "hostile", text))
    assert entry.says == "exit status 0"


def test_a_bank_that_is_not_there_is_empty(tiny_course: Course) -> None:
    assert read_bank(tiny_course, "step00/right") == []


MISTAKES = {
    "no docstring": ("step00/right", "def double(x): return 2 * x\n", "must begin with"),
    "no kind": ("step00/right", '"""multiplies"""\n', "must begin with"),
    "another kind than its folder": ("step00/right", WRONG, 'must begin with "right: …"'),
    "hostile among the wrong": ("step00/wrong", '"""hostile: leaves."""\n', 'must begin with "wrong: …'),
    "wrong, but where": ("step00/wrong", '"""wrong: adds one."""\n', "must say which exercises fail"),
    "no python": ("step00/right", '"""right: x"""\ndef double(:\n', "is not valid Python"),
    "a nul byte": ("step00/right", '"""right: x"""\n\0', "is not valid Python"),
}


@pytest.mark.parametrize(("folder", "text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_file_is_told_with_its_path(write_course: Any, folder: str, text: str, said: str) -> None:
    with pytest.raises(BankError, match="double__x.py") as caught:
        read_bank(*bank(write_course, folder, text))
    assert said in str(caught.value)


def test_solutions_and_stubs_are_the_steps_modules(tiny_course: Course) -> None:
    step = tiny_course.steps[0]
    assert solutions(tiny_course, step)[MODULE] == SOLUTION.lstrip("\n")
    assert stubs(tiny_course, step)[MODULE] == STUB.lstrip("\n")


def test_a_function_is_replaced_in_the_modules_that_define_it(write_course: Any) -> None:
    (entry,) = read_bank(*bank(write_course, "step00/right", RIGHT))
    files = replaced({"a.py": "def double(x): ...\n", "b.py": "def other(): ...\n"}, entry)
    space: dict[str, Any] = {}
    exec(files["a.py"], space)
    assert space["double"](4) == 8 and files["b.py"] == "def other(): ...\n"


def test_a_file_that_replaces_nothing_is_a_mistake(write_course: Any) -> None:
    (entry,) = read_bank(*bank(write_course, "step00/right", RIGHT))
    with pytest.raises(BankError, match="defines no function of the step"):
        replaced({"b.py": "def other(): ...\n"}, entry)


def test_a_submission_is_told_apart_by_what_it_holds() -> None:
    one, same, other = (submission(n, {"m.py": text}) for n, text in (("a", "1"), ("b", "1"), ("a", "2")))
    assert one.digest == same.digest != other.digest


def test_every_file_of_this_course_can_be_read() -> None:
    course = load_course(ROOT)
    for step in course.steps:
        assert read_bank(course, f"step{step.id}/right") and read_bank(course, f"step{step.id}/wrong")
