"""Step 04: a hook that a function leaves in the model is the cause that its failure is told with, and no other's."""

from __future__ import annotations

import pytest

from autograder.course import load_course
from autograder.grading.one import grade
from autograder.sandbox.host import Sandbox
from autograder.submission import read_bank, replaced, solutions, submission
from tests.engine.tools import BACKEND, ROOT

SAID = "Your function left a hook in the model."


@pytest.mark.slow
@pytest.mark.parametrize(("name", "told"), [("knock_out__hooks_stay", True), ("knock_out__mean", False)])
def test_a_hook_that_is_left_is_named_in_public_and_in_hidden_tests(name: str, told: bool) -> None:
    course = load_course(ROOT)
    step = course.step("04")
    wrong = {file.path.stem: file for file in read_bank(course, "step04/wrong")}
    files = replaced(solutions(course, step), wrong[name])
    with Sandbox(BACKEND, ROOT, course.kit) as sandbox:
        report = grade(submission("ada", files), course, sandbox, [step], "salt", only={"04.knock_out"})
    (found,) = report.exercises
    for visibility in ("public", "hidden"):
        failed = [test for test in found.tests if test.visibility == visibility and not test.passed]
        assert failed and any(SAID in test.message for test in failed) == told
