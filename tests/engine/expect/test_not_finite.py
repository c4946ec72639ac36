"""Where NaN and infinity come from, and mistakes beside infinities that belong there."""

import pytest
import torch

from autograder.expect.recognisers import nonfinite
from tests.engine.expect.tensors import CAUSAL, INF, NAN, SCORES, SQUARE, M, diagnosis, ids, replaced, softmax

BIG = torch.tensor([[1000.0, 0.0, 0.0], [1.0, 2.0, 3.0]])

# recogniser, actual, expected, words; where words are None, a near miss
NOT_FINITE = [
    (nonfinite.all_nan, torch.full((3,), NAN), torch.ones(3), "Every value is NaN"),
    (nonfinite.all_nan, torch.tensor([NAN, 1.0]), torch.ones(2), None),
    (nonfinite.softmax_overflow, BIG.exp() / BIG.exp().sum(1, keepdim=True), softmax(BIG), "along axis 1"),
    (nonfinite.softmax_overflow, torch.tensor([[NAN, 0.5, 0.5]]), softmax(torch.ones(1, 3)), None),
    (nonfinite.zero_case, torch.tensor([NAN, 1.0, NAN]), torch.tensor([0.0, 1.0, 0.0]), "0 / 0"),
    (nonfinite.zero_case, torch.tensor([NAN, 1.0, 0.0]), torch.tensor([0.0, 1.0, 0.0]), None),
    (nonfinite.logarithm_of_zero, torch.tensor([-INF, 0.0]), torch.tensor([-150.0, 0.0]), "take log_softmax"),
    (nonfinite.logarithm_of_zero, torch.tensor([-INF, 0.0]), torch.tensor([-3.0, 2.0]), "log(0)"),
    (nonfinite.logarithm_of_zero, torch.tensor([INF, 0.0]), torch.tensor([-3.0, 2.0]), None),
    (nonfinite.whole_slices, replaced(M, 1, NAN), M, "it fills axis 1"),
    (nonfinite.whole_slices, replaced(M, (1, 1), NAN), M, None),
    (nonfinite.filled_instead, torch.tensor([-1e9, 2.0]), torch.tensor([-INF, 2.0]), "minus infinity is asked"),
    (nonfinite.filled_instead, torch.tensor([-3.0, 2.0]), torch.tensor([-INF, 2.0]), None),
    (nonfinite.overflow, torch.tensor([INF, 2.0]), torch.tensor([1.0, 2.0]), "division by zero"),
    (nonfinite.overflow, torch.tensor([NAN, 2.0]), torch.tensor([1.0, 2.0]), None),
]


@pytest.mark.parametrize(("recogniser", "actual", "expected", "words"), NOT_FINITE, ids=ids(NOT_FINITE))
def test_origin_of_nan_and_infinity(recogniser, actual, expected, words):
    sentence = recogniser(actual, expected)
    assert sentence is None if words is None else words in sentence and words in diagnosis(actual, expected)


def test_every_origin_of_nan_has_both_kinds_of_case():
    for wanted in (True, False):
        assert {row[0] for row in NOT_FINITE if (row[3] is not None) == wanted} == set(nonfinite.RECOGNISERS)


def test_missing_mask_is_recognised_among_infinities():
    assert "mask is missing" in diagnosis(SCORES, SCORES.masked_fill(~CAUSAL, -INF))


def test_transposed_is_recognised_among_infinities():
    masked = SQUARE.masked_fill(~CAUSAL[:5, :5], -INF)
    assert "wrong way round" in diagnosis(masked.T.contiguous(), masked)
