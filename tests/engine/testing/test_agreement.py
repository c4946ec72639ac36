"""Causes that another failed test denies are not said; what knows most comes first."""

from __future__ import annotations

import pytest

from autograder.testing.agreement import Told, settled, together

SOUGHT = frozenset({"cause"})
FACTOR, BARE = frozenset({"factor"}), frozenset[str]()


def failed(known_by: str = "", fits: frozenset[str] | None = None, message: str = "cause\nplain") -> Told:
    return Told("failed", message, "plain", known_by, fits)


@pytest.mark.parametrize(
    ("tests", "messages"),
    [
        ([failed("factor", FACTOR)], ["cause\nplain"]),
        ([failed("factor", FACTOR), failed("factor", FACTOR)], ["cause\nplain"] * 2),
        ([failed("factor", FACTOR), failed("", BARE, "plain")], ["plain", "plain"]),  # the other denies it
        ([failed("factor", FACTOR), failed("", None, "plain")], ["cause\nplain", "plain"]),  # the other cannot tell
        ([failed("factor sign", FACTOR | {"sign"}), failed("", FACTOR, "plain")], ["cause\nplain", "plain"]),
        ([failed("factor", FACTOR), Told("passed")], ["cause\nplain", ""]),
        ([failed("mistake", BARE), failed("", BARE, "plain")], ["cause\nplain", "plain"]),  # its author knows better
        ([failed("chance")], ["cause\nplain"]),
        ([failed("few"), failed("factor", FACTOR)], ["plain", "cause\nplain"]),  # it sees more values
        ([failed("few"), failed("", BARE, "plain")], ["plain", "plain"]),  # more values, and nothing explains them
        ([failed("few"), failed("wrong_parts", BARE, "plain")], ["plain", "plain"]),
        ([failed("few"), failed("", None, "plain")], ["cause\nplain", "plain"]),  # no more values
        ([failed("few"), Told("failed", "plain", known_by="claim", sought=SOUGHT)], ["plain", "plain"]),
        ([failed("chance"), failed("mistake")], ["cause\nplain"] * 2),
        ([failed("chance"), failed("", None, "plain")], ["plain", "plain"]),  # something else is wrong, too
        ([failed("chance"), failed("claim")], ["cause\nplain"] * 2),
        ([failed("chance"), Told("failed", "plain", sought=SOUGHT)], ["plain", "plain"]),  # looked for there, in vain
        ([failed("chance"), Told("failed", "cause\nplain", known_by="mistake", sought=SOUGHT)], ["cause\nplain"] * 2),
        ([failed("claim"), failed("", BARE, "plain")], ["cause\nplain", "plain"]),
        ([failed("shape"), failed("", BARE, "plain")], ["cause\nplain", "plain"]),  # what numbers cannot deny
    ],
)
def test_a_cause_has_to_fit_all_that_failed(tests: list[Told], messages: list[str]) -> None:
    assert [told.message for told in settled(tests)] == messages


def test_a_cause_that_is_not_said_is_known_by_nobody() -> None:
    assert settled([failed("factor", FACTOR), failed("", BARE)])[0].known_by == ""


def test_what_knows_most_comes_first_among_those_that_failed() -> None:
    tests = {"bare": failed(), "passed": Told("passed"), "claim": failed("claim"), "shape": failed("shape"),
             "error": Told("error", "ValueError"), "mistake": failed("mistake")}  # fmt: skip
    names = [name for name, _ in together(list(tests), lambda name: tests[name])]
    assert names == ["mistake", "passed", "shape", "claim", "error", "bare"]


def test_public_tests_stay_before_hidden_ones() -> None:
    tests = {"public": failed(), "hidden": failed("mistake"), "hidden too": failed()}
    names = [name for name, _ in together(list(tests), lambda name: tests[name], lambda name: name[:6])]
    assert names == ["public", "hidden", "hidden too"]
