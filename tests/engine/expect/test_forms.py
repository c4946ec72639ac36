"""What a wrong shape, dtype or kind of value most likely comes from."""

import pytest
import torch

from autograder.expect.inputs import Input
from tests.engine.expect.tensors import M, V, diagnosis

SHAPES = [
    ((5, 1), (5,), "axis 1 of size 1 is left over"),
    ((1, 5, 3), (5, 3), "axis 0 of size 1 is left over"),
    ((5,), (5, 1), "axis 1 of size 1 has to be kept"),
    ((5, 3), (1, 5, 3), "batch axis is missing"),
    ((), (5,), "A single number came back"),
    ((5,), (), "A single number is asked"),
    ((3, 4), (7, 3, 4), "first axis (size 7), usually the batch"),
    ((7, 4), (7, 3, 4), "Axis 1 (size 3) is missing"),
    ((5,), (5, 5), "One axis of size 5 is missing"),
    ((7, 3, 4), (7, 4), "Axis 1 (size 3) is too many"),
    ((5, 5), (5,), "broadcast"),
    ((5, 5), (5, 1), "broadcast"),
    ((5, 1), (5, 4), "Axis 1 has size 1 where 4"),
    ((5, 6), (5, 5), "one element too long"),
    ((5, 5), (5, 4), None),  # perhaps another axis's size
    ((5, 3), (5, 4), "one element too short"),
    ((4, 3), (3, 4), "transposed"),
    ((2, 4, 3), (2, 3, 4), "Axes 1 and 2 are swapped"),
    ((4, 2, 3), (2, 3, 4), "permute(1, 2, 0)"),
    ((12,), (3, 4), "flattened"),
    ((3, 4), (12,), "should be flattened"),
    ((2, 12), (2, 3, 4), "merged"),
    ((2, 3, 4), (2, 12), "should be merged"),
    ((2, 6), (4, 3), "grouped"),
    ((4,), (2, 3, 4), "first 2 axes are missing"),
    ((2, 3, 4), (4,), "first 2 axes are too many"),
    ((3,), (2,), None),  # so few differ by one for many reasons
    ((2, 3, 15, 3, 8), (2, 3), "3 axes are too many"),
    ((7, 4), (7, 2, 4, 3), "2 axes are missing"),
    ((4, 7), (7, 2, 4, 3), None),  # in another order, too
    ((7,), (2, 7, 3), None),  # one alone may be there by chance
    ((5, 9), (5, 4), None),
    ((5, 9, 2), (5, 4), None),
    ((3, 7), (4, 9), None),
    ((0,), (3,), None),
]


@pytest.mark.parametrize(("got", "want", "words"), SHAPES)
def test_cause_of_a_wrong_shape(got, want, words):
    sentence = diagnosis(torch.ones(got), torch.ones(want))
    assert sentence is None if words is None else words in sentence


GIVEN = [Input("x", torch.ones(5, 3, 2), ("batch", "hidden", "2")), Input("W", torch.ones(3, 7), ("hidden", "feature"))]
BY_INPUTS = [
    ((5, 7), (5, 3), 'Along axis 1 one value for each "feature" came; for each "hidden" was asked.'),
    ((5, 7), (5, 6), None),  # what was asked has no name
    ((5, 2), (5, 3), None),  # one less, but the size of an axis that has no name
    ((5, 8), (5, 7), "one element too long"),
    ((7, 5), (5, 7), "transposed"),
    ((5, 1), (5, 7), "Axis 1 has size 1 where 7"),
]


@pytest.mark.parametrize(("got", "want", "words"), BY_INPUTS)
def test_a_size_is_told_by_the_axis_of_an_input(got, want, words):
    sentence = diagnosis(torch.ones(got), torch.ones(want), GIVEN)
    assert sentence is None if words is None else words in sentence


DTYPES = [
    (torch.float32, torch.float64, "convert the inputs before"),
    (torch.int64, torch.bool, "True or False is asked"),
    (torch.bool, torch.float32, "numbers are asked"),
    (torch.float32, torch.int64, "Whole numbers"),
    (torch.int64, torch.float32, "Integers came back"),
    (torch.complex64, torch.float32, "real ones"),
    (torch.float64, torch.float32, None),
    (torch.int32, torch.int64, None),
]


@pytest.mark.parametrize(("got", "want", "words"), DTYPES)
def test_cause_of_a_wrong_dtype(got, want, words):
    sentence = diagnosis(torch.ones(3, dtype=got), torch.ones(3, dtype=want))
    assert sentence is None if words is None else words in sentence


KINDS = [
    (None, M, "without a return"),
    (None, 3, None),
    (M.numpy(), M, "torch.from_numpy"),
    ([1.0, 2.0], M, "torch.tensor"),
    (list(M), M, "torch.stack"),
    ((M, V), M, "Several results"),
    (M, (M, V), "One tensor came back"),
    ("text", M, None),
    ([], M, "torch.tensor"),
]


@pytest.mark.parametrize(("got", "want", "words"), KINDS)
def test_cause_of_a_wrong_kind(got, want, words):
    sentence = diagnosis(got, want)
    assert sentence is None if words is None else words in sentence


def test_none_in_a_result_is_no_missing_return():
    assert diagnosis((1, None), (1, 2)) is None


def test_results_in_another_order_are_recognised():
    assert "wrong order" in diagnosis((V, M), (M, V))
    assert "wrong order" not in (diagnosis((V, M + 0.01), (M, V)) or "")
