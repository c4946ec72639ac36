"""From outcomes to points: all or nothing for each part."""

import pytest

from autograder.testing.scoring import score_exercise

CASES = [
    ({}, [(None, "passed"), (None, "passed")], ("passed", 10.0)),
    ({}, [(None, "passed"), (None, "failed")], ("failed", 0.0)),
    ({}, [(None, "not_started"), (None, "not_started")], ("not_started", 0.0)),
    ({}, [(None, "passed"), (None, "not_started")], ("failed", 0.0)),
    ({}, [(None, "failed"), (None, "timeout")], ("timeout", 0.0)),
    ({}, [(None, "error"), (None, "out_of_memory")], ("out_of_memory", 0.0)),
    ({}, [(None, "blocked"), (None, "not_started")], ("blocked", 0.0)),
    ({}, [], ("not_started", 0.0)),
    ({"a": 4, "b": 6}, [("a", "passed"), ("b", "failed")], ("partial", 4.0)),
    ({"a": 4, "b": 6}, [("a", "passed"), ("b", "passed")], ("passed", 10.0)),
    ({"a": 4, "b": 6}, [("a", "passed"), ("b", "passed"), (None, "failed")], ("failed", 0.0)),
    ({"a": 4, "b": 6}, [("a", "failed"), ("b", "failed")], ("failed", 0.0)),
    ({"a": 4, "b": 6}, [("a", "passed")], ("passed", 4.0)),
]


@pytest.mark.parametrize(("parts", "tests", "expected"), CASES)
def test_a_part_earns_its_points_when_all_its_tests_pass(parts, tests, expected):
    assert score_exercise(10.0, parts, tests) == expected
