"""The report of the worst submission can still be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.grading.one import grade
from autograder.report import render_markdown
from autograder.report.html import render_html, render_staff_html
from autograder.report.short import shortened
from autograder.sandbox.backends import bwrap_problem
from autograder.sandbox.host import Sandbox
from tests.engine.grading.handed_in import sums
from tests.engine.report.sample_report import exercise, outcome, report
from tests.engine.tiny_course import PUBLIC_TESTS, SOLUTION, STEP_TOML, edited, write_tiny_course
from tests.engine.tools import own_modules

MANY = """

import pytest


@pytest.mark.parametrize("number", range(101))
@exercise("00.{0}")
def test_many_{0}(learner, number):
    expect(learner.sums.{0}({1}), "what came back").to_equal(number)
"""
PRINTS = "    for n in range(100_000 if {} else 0): print('line', n)\n"


def lines_shown(page: str) -> int:
    """Lines of a page of HTML that hold something to read."""
    body = re.sub(r"(?s)<(style|script)\b.*?</\1>", "", page)
    return sum(bool(line.strip()) for line in re.sub(r"<[^>]*>", "", body).splitlines())


@pytest.mark.slow
@pytest.mark.skipif(bool(bwrap_problem()), reason=str(bwrap_problem()))
def test_a_hundred_thousand_lines_and_hundreds_of_failing_tests_make_a_report_of_less_than_a_thousand(
    tmp_path: Path,
) -> None:
    tests = PUBLIC_TESTS + MANY.format("double", "number") + MANY.format("total", "[number]")
    step = edited(STEP_TOML, ('["double"]', "[]"))
    changes = {"tests/public/step00/test_sums.py": tests, "grading_configs/step00.toml": step}
    course = load_course(write_tiny_course(tmp_path, changes))
    wrong = edited(SOLUTION, ("    return x + x\n", f"{PRINTS.format('x == 3')}    return 3 * x + 1\n"),
                   ("    return largest_so_far\n", f"{PRINTS.format('len(numbers) == 2')}    return -1\n"))  # fmt: skip
    sandbox = Sandbox("bwrap", tmp_path, course.kit)
    try:
        with own_modules():
            found = grade(sums(wrong), course, sandbox, course.steps, "salt")
    finally:
        sandbox.close()
    assert found.score == 0
    for each in found.exercises:
        assert sum(not test.passed for test in each.tests) > 100
        message = max((test.message for test in each.tests), key=len)
        assert message.count("\n") < 130 and "left out" in message
        assert all(re.fullmatch(r"line \d+", line) for line in message.splitlines() if line.startswith("line"))
    markdown = render_markdown(found)
    assert markdown.count("\n") < 1000 and "more of its tests do not pass" in markdown and "left out" in markdown
    for page in (render_html(found), render_staff_html(found)):
        assert lines_shown(page) < 1000 and "more of its tests do not pass" in page


def test_a_course_in_which_everything_fails_still_names_each_exercise() -> None:
    failed = [outcome(f"test_{n}", said="wrong\n" * 50, result="failed") for n in range(12)]
    found = report([exercise(f"00.e{n}", "failed", 0, 1, tests=failed) for n in range(146)])
    markdown = render_markdown(found)
    assert markdown.count("\n") < 1000
    assert all(markdown.count(f"00.e{n}`") >= 2 for n in range(1, 146))


def test_a_short_report_is_as_it_was() -> None:
    assert shortened(report()) == report()
