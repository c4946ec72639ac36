"""The other verbs of `expect`: ranges, shapes, what is finite, what is true, recorded numbers."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from autograder.expect.expectation import ExpectationFailed, expect
from tests.engine.expect.tensors import NAN, M


@pytest.mark.parametrize(
    ("check", "good", "bad", "words"),
    [
        (
            lambda e: e.to_be_within(0, 1),
            torch.tensor([0.0, 1.0]),
            torch.tensor([0.5, 1.5, -0.1, NAN]),
            "1 NaN, 1 too sm",
        ),
        (lambda e: e.to_be_within(0, 1), 0.5, 1.5, "too large"),
        (lambda e: e.to_be_at_least(0.9), 0.91, 0.89, "too small"),
        (lambda e: e.to_be_at_least(3), torch.tensor(3), float("nan"), "NaN"),
        (lambda e: e.to_be_at_most(0.5), [0.1, 0.5], [0.1, 0.6], "of 2 elements, 1 too large"),
        (lambda e: e.to_be_at_most(0.5), 0.1, None, "None where numbers are asked"),
        (lambda e: e.to_have_shape(4, 6), M, M.T, "shape (6, 4) where (4, 6) is asked"),
        (lambda e: e.to_have_shape(None, 6), M, M.T, "shape (6, 4) where (any, 6) is asked"),
        (lambda e: e.to_have_shape(), torch.tensor(1.0), torch.ones(1), "shape (1,) where ()"),
        (lambda e: e.to_be_finite(), M, M / 0, "infinite"),
        (lambda e: e.to_be_finite(), 1.0, float("nan"), "NaN"),
        (lambda e: e.to_be_finite(), M, M[:0], "no numbers in it"),
        (lambda e: e.to_be_at_least(0.0), M.abs(), M[:, :0], "no numbers in it"),
        (lambda e: e.to_be_finite(), torch.arange(3), "text", "a text where numbers"),
        (lambda e: e.to_be_true("The model forgot."), torch.tensor(True), torch.tensor(False), "The model forgot."),
        (lambda e: e.to_be_true("The model forgot."), True, None, "The model forgot."),
    ],
)
def test_verbs_accept_and_refuse(check, good, bad, words):
    check(expect(good))
    with pytest.raises(ExpectationFailed) as caught:
        check(expect(bad, "the loss"))
    assert words in caught.value.summary


def test_limits_are_told_in_the_details_only():
    with pytest.raises(ExpectationFailed) as caught:
        expect(0.5).to_be_within(0.875, 0.9375)
    assert "0.875" in caught.value.details and "0.875" not in caught.value.summary


@pytest.mark.parametrize(
    ("check", "value", "said"),
    [
        (lambda e: e.to_be_at_least(0.9, idle=("guessing", 0.1)), 0.12, True),
        (lambda e: e.to_be_at_least(0.9, idle=("guessing", 0.1)), 0.02, True),
        (lambda e: e.to_be_at_least(0.9, idle=("guessing", 0.1)), 0.2, False),
        (lambda e: e.to_be_at_most(0.2, idle=("guessing", 1.0)), 0.97, True),
        (lambda e: e.to_be_at_most(0.2, idle=("guessing", 1.0)), 3.0, True),
        (lambda e: e.to_be_at_most(0.2, idle=("guessing", 1.0)), 0.9, False),
        (lambda e: e.to_be_at_most(0.2, idle=("guessing", 1.0)), float("nan"), False),
    ],
)
def test_what_is_no_better_than_idling_is_told_so(check, value, said):
    with pytest.raises(ExpectationFailed) as caught:
        check(expect(value, "loss"))
    assert caught.value.diagnosis == ("That is no better than guessing." if said else None)
    assert caught.value.known_by == ("no_better" if said else "")


def test_wrong_shape_is_diagnosed_without_an_expected_value():
    with pytest.raises(ExpectationFailed, match="transposed"):
        expect(M.T).to_have_shape(4, 6)


def test_verbs_follow_each_other():
    expect(M).to_be_finite().to_have_shape(4, 6).to_equal(M)


@pytest.mark.parametrize("actual", [0.9, torch.tensor(0.9), torch.tensor(0.9, dtype=torch.float64)])
def test_checkpoint_holds_within_its_own_tolerance(actual):
    checkpoint = SimpleNamespace(value=0.91, atol=0.02, rtol=0.0)
    expect(actual).to_equal_checkpoint(checkpoint)
    with pytest.raises(ExpectationFailed):
        expect(actual - 0.1).to_equal_checkpoint(checkpoint)


def test_checkpoint_of_several_numbers_compares_with_a_tensor():
    checkpoint = SimpleNamespace(value=[[1.0, 2.0], [3.0, 4.0]], atol=0.1, rtol=0.0)
    expect(torch.tensor([[1.05, 2], [3, 4]], dtype=torch.float64)).to_equal_checkpoint(checkpoint)
    expect([[1.05, 2.0], [3.0, 4.0]]).to_equal_checkpoint(checkpoint)


def test_importing_expect_imports_nothing_heavy():
    code = "import sys, autograder.expect; print([m for m in ('torch', 'numpy', 'pytest') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
