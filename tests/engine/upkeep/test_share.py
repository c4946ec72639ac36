"""Shares of the full check: any six runs in a row check everything, in parts of about the same size."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.submission import read_bank
from autograder.upkeep import Share, ShareError

SHARES = [Share(part, 6) for part in range(1, 7)]


def names_of_this_course() -> list[str]:
    course = load_course(Path(__file__).parents[3])
    return [
        f"step {step.id} {entry.name}{threads}"
        for step in course.steps
        for kind, counts in (("right", ("", ", 2 threads")), ("wrong", ("",)))
        for entry in read_bank(course, f"step{step.id}/{kind}")
        for threads in counts
    ]


def test_every_case_of_this_course_is_in_exactly_one_share() -> None:
    assert all(sum(share.holds(name) for share in SHARES) == 1 for name in names_of_this_course())


def test_the_shares_of_this_course_are_of_about_the_same_size() -> None:
    sizes = Counter(share.part for name in names_of_this_course() for share in SHARES if share.holds(name))
    assert min(sizes.values()) > 0.75 * max(sizes.values())


def test_a_case_stays_in_its_share() -> None:
    assert [share.part for share in SHARES if share.holds("step 00 wrong-logits__minus_bias")] == [1]


def test_a_share_is_written_as_one_of_how_many() -> None:
    assert Share.parse("3/6") == Share(3, 6) and str(Share(3, 6)) == "3/6"


@pytest.mark.parametrize("text", ["", "3", "0/6", "7/6", "3/0", "-1/6", "3/6/2", "a/b", " 3/6", "1.5/6"])
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ShareError, match="from 1/6 to 6/6"):
        Share.parse(text)
