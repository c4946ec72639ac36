"""Fingerprints: what is the same behaviour, and what is another."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest
import torch

from autograder.expect import Fingerprint, fingerprint
from autograder.learner import LearnerError

Fit = namedtuple("Fit", "loss steps")


def of(*values: Any) -> Fingerprint:
    found = fingerprint([("step.f", value) for value in values])
    assert found
    return found


def matrix(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


SAME = {
    "other rounding": (matrix(40, 30), matrix(40, 30) * (1 + 1e-6)),
    "another order of a sum": (matrix(300, 200).sum(0), matrix(300, 200).flip(0).sum(0)),
    "what is left of larger numbers": (torch.tensor([1e-9, 0.0]), torch.tensor([0.0, -2e-9])),
    "nothing": (None, None),
    "an exception": (ValueError("one"), ValueError("other")),
    "a guest's exception": (LearnerError("error", "x", "ValueError"), LearnerError("error", "y", "ValueError")),
    "a record": (Fit(matrix(3), 4), Fit(matrix(3), 4)),
    "NaN in the same places": (torch.tensor([1.0, torch.nan]), torch.tensor([1.0, torch.nan])),
    "strides": (matrix(4, 5).T.contiguous(), matrix(4, 5).T),
    "a gradient": (matrix(4), matrix(4).requires_grad_()),
    "numbers in a dictionary": ({"a": 0.5, "b": [1, 2]}, {"a": 0.5, "b": [1, 2]}),
}
OTHER = {
    "a value": (torch.arange(1000.0), torch.arange(1000.0).index_fill(0, torch.tensor([500]), 501.0)),
    "an order": (matrix(50), matrix(50).flip(0)),
    "a sign": (matrix(8), -matrix(8)),
    "a factor": (matrix(8), 1.001 * matrix(8)),
    "a shape": (matrix(4, 6), matrix(4, 6).reshape(6, 4)),
    "a dtype": (matrix(4), matrix(4).double()),
    "a whole number": (torch.arange(5000), torch.arange(5000).index_fill(0, torch.tensor([4000]), 4001)),
    "a kind": (matrix(4), matrix(4).numpy()),
    "a place of NaN": (torch.tensor([0.0, torch.nan]), torch.tensor([torch.nan, 0.0])),
    "an infinity's sign": (torch.tensor([torch.inf]), torch.tensor([-torch.inf])),
    "beside the fill of a mask": (torch.tensor([-1e9, 0.5]), torch.tensor([-1e9, 0.6])),
    "an exception": (ValueError(), TypeError()),
    "a text": ("a", "b"),
    "fields": (Fit(1, 2), namedtuple("Fit", "loss epochs")(1, 2)),
    "how many": ([1, 2], [1, 2, 0]),
    "an imaginary part": (torch.tensor([1 + 2j]), torch.tensor([1 - 2j])),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_the_same_behaviour(pair: tuple[Any, Any]) -> None:
    one, other = map(of, pair)
    assert one.matches(other) and other.matches(one)


@pytest.mark.parametrize("pair", OTHER.values(), ids=OTHER)
def test_another_behaviour(pair: tuple[Any, Any]) -> None:
    one, other = map(of, pair)
    assert not one.matches(other) and not other.matches(one)


def test_every_call_counts_and_so_does_its_function() -> None:
    assert not of(1).matches(of(1, 1))
    other = fingerprint([("step.g", 1)])
    assert other and not of(1).matches(other)


@pytest.mark.parametrize("value", [matrix(3, 4), torch.tensor(3), np.arange(3), Fit(0.1, 2), "text", None])
def test_it_is_the_same_when_it_was_written_and_read(value: Any) -> None:
    assert Fingerprint.from_data(of(value).as_data()).matches(of(value))


def test_it_is_small_however_large_the_value() -> None:
    assert len(str(of(matrix(3000, 1000)).as_data())) < 100


def test_what_holds_too_much_is_known_by_nothing():
    assert of([0.5] * 500) and of(torch.zeros(100_000)), "a tensor is one value"
    for value in ([0.5] * 2_000, [[1]] * 800):
        assert fingerprint([("step.f", value)]) is None
