"""What the grader does when something of its own is broken, and that it leaves everything as it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from autograder.course import load_course
from autograder.grading.one import GradingError, SandboxLost, grade
from autograder.report.schema import Report
from autograder.submission import submission
from tests.engine.grading.handed_in import sums
from tests.engine.tiny_course import COURSE_TOML, FILES, HIDDEN_TESTS, SOLUTION, STEP_TOML, edited
from tests.engine.tools import own_modules

PUBLIC, HIDDEN = "tests/public/step00/test_sums.py", "tests/hidden/step00/test_sums.py"
Regraded = Callable[..., Report]


@pytest.fixture
def regraded(write_course: Any, tiny_sandbox: Any) -> Regraded:
    """Grades `sums.py` by other hidden tests, or in a course that differs otherwise."""

    def regraded(tests: str, text: str = SOLUTION) -> Report:
        course = load_course(write_course({HIDDEN: tests}))
        with own_modules():
            return grade(sums(text), course, tiny_sandbox, course.steps, "salt")

    return regraded


BROKEN = {
    "a fixture that raises": "import pytest\n@pytest.fixture(autouse=True)\ndef broken(): raise RuntimeError('ours')\n",
    "a test file that does not import": "import nowhere_to_be_found\n",
    "an unknown exercise": "@exercise('00.trebel')\ndef test_x(): pass\n",
    "a test tied to nothing": "def test_x(learner): pass\n",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_in_our_tests_is_not_the_learners_fault(regraded: Any, broken: str) -> None:
    with pytest.raises(GradingError):
        regraded("from autograder import exercise\n" + broken + HIDDEN_TESTS)


@pytest.mark.parametrize("body", ["learner.sums.double(3)", "with expect_error(OSError): learner.sums.double(3)"])
def test_a_sandbox_that_has_ended_is_not_the_learners_fault(write_course: Any, tiny_sandbox: Any, body: str) -> None:
    class Ended:
        environment, backend, isolated = tiny_sandbox.environment, "bwrap", True

        def open(self, *_: object) -> None:
            raise BrokenPipeError("the zygote is gone")

    test = f'from autograder import exercise, expect_error\n@exercise("00.double")\ndef test_x(learner):\n    {body}\n'
    course = load_course(write_course({PUBLIC: test}))
    with own_modules(), pytest.raises(SandboxLost, match="the sandbox has ended"):
        grade(sums(SOLUTION), course, Ended(), course.steps, "salt")  # type: ignore[arg-type]


def test_an_interruption_interrupts(regraded: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        regraded("from autograder import exercise\n@exercise('00.double')\ndef test_x(): raise KeyboardInterrupt\n")


def test_grading_leaves_everything_as_it_was(regraded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing_at_all")
    monkeypatch.setenv("PYTEST_PLUGINS", "nowhere_to_be_found")
    before = os.getcwd(), dict(os.environ)
    path = list(sys.path)
    report = regraded(HIDDEN_TESTS)
    assert report.score == 10
    assert (os.getcwd(), {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}) == (
        before[0], {k: v for k, v in before[1].items() if k != "PYTEST_CURRENT_TEST"},
    )  # fmt: skip
    assert sys.path == path


VALUES = """
import numpy
import torch
def array(): return numpy.arange(3.0)
def counter():
    total = [0]
    def count(by): total[0] += by; return total[0]
    return count
class Model:
    W = torch.eye(2)
    def forward(self, x): return self.W @ x
def apply(model, x): return model.forward(x)
def double(x): return x + x
"""
VALUE_TESTS = """
import numpy
import torch
from autograder import exercise, expect
pytestmark = exercise("00.double")

def test_an_array_arrives_as_an_array(learner):
    found = learner.sums.array()
    assert isinstance(found, numpy.ndarray)
    expect(found).to_equal(numpy.arange(3.0))

def test_a_closure_keeps_its_state(learner):
    count = learner.sums.counter()
    expect([count(2), count(3)]).to_equal([2, 5])

def test_a_model_can_be_called_and_passed_back(learner):
    model = learner.sums.Model()
    expect(learner.sums.apply(model, torch.ones(2))).to_equal(torch.ones(2))
    expect(model.W).to_equal(torch.eye(2))
"""


def test_results_of_every_kind_can_be_tested(regraded: Any) -> None:
    report = regraded(VALUE_TESTS, text=VALUES)
    (double, _) = report.exercises
    assert double.status == "passed", [test.message for test in double.tests]


def test_steps_are_graded_one_guest_after_another(
    write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = {name.replace("step00", "step01"): text for name, text in FILES.items() if "step00" in name}
    second["grading_configs/step01.toml"] = edited(
        STEP_TOML, ('id = "00"', 'id = "01"'), ("step00_sums", "step01_sums")
    )
    second["grading_configs/course.toml"] = edited(COURSE_TOML, ('["00"]', '["00", "01"]'))
    for visibility in ("public", "hidden"):
        name = f"tests/{visibility}/step01/test_sums.py"
        second[name] = second[name].replace('exercise("00.', 'exercise("01.')
    course, at_once = load_course(write_course(second)), []
    start = tiny_sandbox.open

    def watched(*given: Any) -> Any:
        at_once.append(len(tiny_sandbox.descendants()))
        return start(*given)

    monkeypatch.setattr(tiny_sandbox, "open", watched)
    solved = submission("ada", {f"step0{n}_sums/sums.py": SOLUTION for n in (0, 1)})
    with own_modules():
        report = grade(solved, course, tiny_sandbox, course.steps, "salt")
    assert report.score == 20 and at_once == [0, 0]
