"""Bank files that cannot meet are graded in one submission, and come out as each does alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.grading import Outcome, grade_one, worker
from autograder.upkeep import selfcheck
from autograder.upkeep.cases import _take_longest
from autograder.upkeep.reach import Reach
from tests.engine.tiny_course import STEP_TOML, edited
from tests.engine.tools import own_modules
from tests.engine.upkeep.test_selfcheck import BANKS, findings

PLUS = "tests/banks/step00/wrong/double__plus.py"
ALONE = {
    "grading_configs/step00.toml": edited(STEP_TOML, ('requires = ["double"]\n', "")),
    "tests/banks/step00/wrong/total__first.py": (
        '"""wrong: takes the first. Fails: 00.total."""\ndef total(numbers): return numbers[0] if numbers else 0\n'
    ),
}
TWO = ("wrong-double__plus", "wrong-total__first")
Run = Callable[[dict[str, str | None]], tuple[dict[str, str | None], list[str]]]


@pytest.fixture
def run(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """What a quick check of the tiny course finds after these changes, and what it grades."""
    graded: list[str] = []

    def noted(name: str, *given: Any) -> Outcome:
        graded.append(name)
        return grade_one(name, *given)

    def run(changes: dict[str, str | None]) -> tuple[dict[str, str | None], list[str]]:
        found = findings(write_course, ALONE | changes, quick=True)
        return {f.what.removeprefix("step 00 "): f.problem for f in found}, graded

    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    monkeypatch.setattr(sys.modules[selfcheck.__module__], "grade_one", noted)
    with own_modules():
        yield run


def test_two_that_cannot_meet_are_graded_once(run: Run) -> None:
    found, graded = run({})
    assert not any(found.values()) and set(TWO) <= set(found)
    assert "right-double__times and 1 more" in graded and "wrong-total__first" not in graded


def test_the_one_that_is_not_as_it_should_be_is_told(run: Run) -> None:
    found, graded = run({PLUS: BANKS[PLUS].replace("x + 1", "x + x")})
    assert {what: why for what, why in found.items() if why} == {TWO[0]: "should fail, but does not: 00.double"}


def test_an_exercise_that_requires_another_is_graded_apart_from_it(run: Run) -> None:
    found, graded = run({"grading_configs/step00.toml": STEP_TOML})
    assert not any(found.values()) and "wrong-total__first" in graded


def test_a_quick_check_leaves_out_right_solutions_where_the_tests_take_longest() -> None:
    results = [SimpleNamespace(id=id, seconds=took) for id, took in (("00.a", 9.0), ("00.b", 1.0), ("00.c", 2.0))]
    assert _take_longest(SimpleNamespace(exercises=results)) == {"00.a"}  # type: ignore[arg-type]
    assert _take_longest(SimpleNamespace(exercises=results[:2])) == set()  # type: ignore[arg-type]


SOLVED = {
    "sums.py": "import math\n\ndef double(x):\n    return x + x\n\ndef total(numbers):\n    return sum(numbers)\n"
}


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("def double(x): return 2 * x", "def total(x): return 7", True),
        ("def double(x): return 2 * x", "def total(x): return double(7)", False),
        ("def total(x): return sums.double(7)", "def double(x): return 2 * x", False),
        ("def _two(): return 2\ndef double(x): return x", "def _two(): return 3\ndef total(x): return x", False),
        ("import math\ndef double(x): return math.e", "import math\ndef total(x): return math.pi", True),
        ("import math\ndef double(x): return math.e", "import cmath as math\ndef total(x): return math.pi", False),
        ("print()\ndef double(x): return x", "def total(x): return x", False),
    ],
)
def test_what_one_mentions_of_the_other(first: str, second: str, apart: bool) -> None:
    reach = Reach(SOLVED, SimpleNamespace(exercises=[]))  # type: ignore[arg-type]
    assert reach.apart(first, second) is apart is reach.apart(second, first)
