"""The tensors that these tests compare, and what is said of a result that is not the expected one."""

import pytest
import torch

from autograder.expect.comparison import Terms, compare
from autograder.expect.diagnosis import diagnose
from autograder.expect.expectation import ExpectationFailed, expect
from autograder.expect.inputs import tell_inputs

INF, NAN = torch.inf, torch.nan


def normal(*shape, seed=0, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def diagnosis(actual, expected, given=(), **terms):
    """`given`: what the function was given whose result this is."""
    tell_inputs(lambda: given)
    mismatch = compare(actual, expected, Terms(**terms))
    found = mismatch and diagnose(actual, expected, mismatch)
    tell_inputs(tuple)
    return found and found.sentence


def failure(actual, expected, name="the result", **options):
    with pytest.raises(ExpectationFailed) as caught:
        expect(actual, name).to_equal(expected, **options)
    return caught.value


def softmax(x, axis=-1):
    return torch.softmax(x, axis)


def replaced(x, index, value):
    x = x.clone()
    x[index] = value
    return x


def ids(table):
    return [f"{row[0].__name__}-{i}" for i, row in enumerate(table)]


M = normal(4, 6)
SQUARE = normal(5, 5, seed=1)
V = normal(7, seed=3)
OTHER = normal(4, 6, seed=5)
SCORES = normal(2, 6, 6, seed=6)
CAUSAL = torch.ones(6, 6).tril().bool()
PATTERN = softmax(SCORES.masked_fill(~CAUSAL, -torch.inf))
