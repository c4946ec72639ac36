"""results.json has the fields that Gradescope documents, and no others."""

import json

import pytest

from autograder.report.gradescope import gradescope_results, render_gradescope
from tests.engine.report.sample_report import HIDDEN_MESSAGE, exercise, outcome, report

VISIBILITY = {"visible", "after_due_date", "after_published", "hidden"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
TOP_LEVEL = {
    "score": float,
    "execution_time": float,
    "output": str,
    "output_format": FORMATS,
    "test_output_format": FORMATS,
    "test_name_format": FORMATS,
    "visibility": VISIBILITY,
    "stdout_visibility": VISIBILITY,
    "extra_data": dict,
    "tests": list,
    "leaderboard": list,
}
TEST = {
    "score": float,
    "max_score": float,
    "status": {"passed", "failed"},
    "name": str,
    "name_format": FORMATS,
    "number": str,
    "output": str,
    "output_format": FORMATS,
    "tags": list,
    "visibility": VISIBILITY,
    "extra_data": dict,
}


RESULTS = ("failed", "passed", "failed")


def undocumented(entry, fields):
    """Keys that the documentation does not have, and values that it does not allow."""
    return {
        key: value
        for key, value in entry.items()
        if key not in fields
        or not (value in fields[key] if isinstance(fields[key], set) else isinstance(value, fields[key]))
    }


def entries(**more):
    return {entry["number"]: entry for entry in gradescope_results(report(**more))["tests"]}


def test_top_level_fields_are_documented_ones():
    assert undocumented(gradescope_results(report()), TOP_LEVEL) == {}


@pytest.mark.parametrize("hidden_tests", sorted(VISIBILITY))
def test_test_fields_are_documented_ones(hidden_tests):
    tests = gradescope_results(report(), hidden_tests)["tests"]
    assert [undocumented(test, TEST) for test in tests] == [{}] * len(tests)


def test_the_score_is_the_report_s():
    assert gradescope_results(report())["score"] == 26


@pytest.mark.parametrize("hidden_tests", sorted(VISIBILITY))
def test_points_of_the_tests_add_up_to_the_report(hidden_tests):
    tests = gradescope_results(report(), hidden_tests)["tests"]
    sums = [sum(test.get(field, 0) for test in tests) for field in ("score", "max_score")]
    assert sums == [report().score, report().max_score]


def test_only_a_passed_exercise_has_the_status_passed():
    passed = {number for number, entry in entries().items() if entry["status"] == "passed"}
    assert passed == {"00.flatten_images", "00.templates"}


def test_a_bonus_exercise_is_there_without_points():
    assert entries()["00.nudge"]["max_score"] == 0 and "bonus" in entries()["00.nudge"]["tags"]


def test_output_says_which_tests_failed_and_how():
    output = entries()["00.cross_entropy"]["output"]
    assert "✗ large logits stay finite (public test, failed)\n    The loss is not finite." in output


def test_what_all_tests_of_an_exercise_say_is_there_once():
    tests = [outcome(f"test_{name}", said="Not started: it raises.", result="not_started") for name in "abc"]
    result = gradescope_results(report([exercise("00.x", "not_started", 0, 1, tests=tests)]))
    assert result["tests"][0]["output"] == (
        "Not started.\n○ a (public test, not started)\n○ b (public test, not started)\n"
        "○ c (public test, not started)\n    Not started: it raises."
    )


def test_tests_that_passed_part_those_that_say_the_same():
    tests = [outcome(f"test_{name}", said="Off.", result=result) for name, result in zip("abc", RESULTS, strict=True)]
    output = gradescope_results(report([exercise("00.x", "failed", 0, 1, tests=tests)]))["tests"][0]["output"]
    assert output.count("Off.") == 2 and "b (public test, passed)\n✗ c" in output


def test_a_blocked_exercise_says_by_what():
    assert entries()["00.loss_mean"]["output"].startswith("Blocked by 00.cross_entropy.")


def test_hidden_tests_can_wait_for_the_due_date():
    tests = gradescope_results(report(), "after_due_date")["tests"]
    assert {test["visibility"] for test in tests if HIDDEN_MESSAGE in test["output"]} == {"after_due_date"}


def test_what_waits_carries_no_points_so_that_learners_still_see_their_total():
    waiting = [
        test for test in gradescope_results(report(), "after_due_date")["tests"] if test["visibility"] != "visible"
    ]
    assert waiting and not any("score" in test or "max_score" in test for test in waiting)


def test_warnings_are_in_the_output():
    assert "Warning: kit ignored" in gradescope_results(report(warnings=["kit ignored"]))["output"]


def test_a_run_without_isolation_says_so():
    assert "NOT ISOLATED" in gradescope_results(report(isolated=False))["output"]


def test_nothing_is_rendered_as_html():
    result = gradescope_results(report())
    assert {result["output_format"], *(test["output_format"] for test in result["tests"])} == {"text"}


def test_the_text_is_json():
    assert json.loads(render_gradescope(report())) == gradescope_results(report())
