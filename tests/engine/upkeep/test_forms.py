"""Public and hidden tests agree about form: a type or a name that only one kind of test asks for is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from autograder.course import load_course
from autograder.grading import worker
from autograder.grading.worker import Job, grade_one
from autograder.submission import solutions, submission
from autograder.upkeep.forms import FORMS, Returned, form_cases
from autograder.upkeep.other_forms import arguments, in_form, reformed
from tests.engine.tiny_course import PUBLIC_TESTS, SOLUTION, edited
from tests.engine.tools import BACKEND, MODULE, own_modules

PUBLIC, HIDDEN = "tests/public/step00/test_sums.py", "tests/hidden/step00/test_sums.py"
TYPED = """
from typing import NamedTuple
from jaxtyping import Float32, Int64
from torch import Tensor, nn

Pair = tuple[float, float]
class Losses(NamedTuple):
    first: Float32[Tensor, "batch"]
class Model(nn.Module):
    def forward(self, x) -> Float32[Tensor, "*batch"]: ...
def losses() -> Losses: ...
def pair() -> Pair: ...
def model() -> Model: ...
def indices() -> Int64[Tensor, "n"]: ...
def anything(): ...
"""


class Pair(NamedTuple):
    first: int
    second: torch.Tensor


Find = Callable[..., list[str]]


@pytest.fixture
def find(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Find]:
    """What public and hidden tests of the tiny course disagree about after these changes."""
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)

    def find(**changes: str) -> list[str]:
        course = load_course(write_course(changes))
        step = course.step("00")
        job = Job(course.root, None, ("00",), BACKEND, 1, "salt", until_failed=True)
        report = grade_one("reference", submission("reference", solutions(course, step)), job).report
        assert report
        found = [
            (case, grade_one(case.name, case.submission, replace(job, apart=True), case.only))
            for case in form_cases(course, step, report)
        ]
        return [
            f"{case.name}: {problem}"
            for case, graded in found
            if (problem := graded.problem or case.judge(graded.report))
        ]

    with own_modules():
        yield find


ASKS_FOR_AN_INT = (
    "expect(learner.sums.double(3)",
    "assert type(learner.sums.double(3)) is int\n    expect(learner.sums.double(3)",
)


def test_tests_that_agree_are_sound(find: Find) -> None:
    assert find() == []


def test_a_type_that_only_one_kind_of_test_asks_for_is_told_with_the_test(find: Find) -> None:
    found = find(**{PUBLIC: edited(PUBLIC_TESTS, ASKS_FOR_AN_INT)})
    assert [line.partition(", ")[0] for line in found] == [
        "form 0-d tensors for numbers",
        "form floats for whole numbers",
    ]
    assert all("00.double: only public tests refuse it (test_twice_three_is_six" in line for line in found)


def test_another_function_of_the_submission_gets_the_result_as_it_is(find: Find) -> None:
    uses = edited(SOLUTION, ("return largest_so_far", "return double(largest_so_far).__floordiv__(2)"))
    assert find(**{f"reference/{MODULE}": uses}) == []


@pytest.mark.parametrize(
    ("function", "forms"),
    [
        (
            "losses",
            {"the other precision", "lists for tensors", "arrays", "tuples for records", "gradients and strides"},
        ),
        ("pair", {"0-d tensors for numbers", "lists for tuples"}),
        ("model", set()),
        ("indices", {"other integers", "lists for tensors", "arrays", "gradients and strides"}),
        ("anything", set(FORMS)),
    ],
)
def test_only_forms_that_a_result_can_have_are_tried(function: str, forms: set[str]) -> None:
    returned = Returned({"m.py": TYPED})
    assert {form for form in FORMS if returned.may_have(function, form)} == forms


X = torch.ones(2, 3)
CHANGED = {
    "the other precision": ([X], [X.double()]),
    "other integers": ({"a": X.long()}, {"a": X.int()}),
    "0-d tensors for numbers": ((1.5,), (torch.tensor(1.5),)),
    "numbers for 0-d tensors": (torch.tensor(2), 2),
    "lists for tensors": (X, X.tolist()),
    "arrays": (X, np.ones((2, 3), dtype=np.float32)),
    "floats for whole numbers": (3, 3.0),
    "lists for tuples": ((1, 2), [1, 2]),
    "gradients and strides": (X, X),
}


@pytest.mark.parametrize("form", CHANGED)
def test_a_result_in_another_form_has_the_same_values(form: str) -> None:
    given, other = CHANGED[form]
    found = in_form(given, form)
    assert repr(in_form(found, "")) == repr(other) or form == "gradients and strides" and torch.equal(found, other)


def test_gradients_and_strides_are_as_said() -> None:
    found = in_form(X, "gradients and strides")
    assert found.requires_grad and not found.is_contiguous()


def test_a_record_becomes_a_plain_tuple() -> None:
    found = in_form([Pair(1, X)], "tuples for records")[0]
    assert type(found) is tuple and found == (1, X)


def test_whoever_calls_from_the_submission_itself_sees_no_change() -> None:
    inside: dict[str, Any] = {"__name__": "exercises.m"}
    exec("def one(): return 1.0\ndef two(): return one() + one()", inside)
    inside["one"] = reformed(inside["one"], "0-d tensors for numbers")
    assert type(inside["two"]()) is float and isinstance(inside["one"](), torch.Tensor)


def test_points_for_the_kind_alone_are_found(find: Find) -> None:
    weak = "from autograder import exercise\n\n\n@exercise('00.double')\ndef test_{}(learner):\n"
    weak += "    assert isinstance(learner.sums.double(3), int)\n"
    found = find(**{PUBLIC: weak.format("one"), HIDDEN: weak.format("other")})
    assert "cheat zeros, 1: should have no points, but: 00.double gets 4" in found


def test_what_was_changed_and_comes_back_is_no_argument_to_answer_with() -> None:
    """The right result of such a function is its argument: a cheat that gave it back would be right."""
    changed = X.clone()
    assert arguments(changed.add_(1), [changed]).tolist() == torch.zeros_like(X).tolist()
