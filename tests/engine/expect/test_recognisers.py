"""Every recogniser of values has cases that it must recognise and near misses that it must not."""

import re
from math import log, sqrt

import pytest
import torch

from autograder.expect.comparison import compare
from autograder.expect.diagnosis import SAMPLED_TIERS, TIERS, recognise
from autograder.expect.inputs import Input
from autograder.expect.recognisers import along_axes, by_inputs, elementwise, parts, rearranged
from autograder.expect.recognisers.case import Case
from tests.engine.expect.tensors import (
    CAUSAL,
    OTHER,
    PATTERN,
    SCORES,
    SQUARE,
    M,
    V,
    diagnosis,
    ids,
    normal,
    replaced,
    softmax,
)

WIDE = normal(3, 12, seed=14)
BLOCK = normal(2, 3, 4, seed=2)
P = normal(4, 6, seed=4).abs() + 0.1
FEW = torch.tensor([0, 1, 1, 0, 2, 1, 0, 2])
LABELS = torch.tensor([0, 1, 5, 0, 2, 4, 3, 2])
D64 = normal(30, dtype=torch.float64)


def pattern(mask):
    return softmax(SCORES.masked_fill(~mask, -torch.inf)).nan_to_num()


def unit(x, axis):
    return x / x.norm(dim=axis, keepdim=True)


def standardised(x, axis=-1):
    return (x - x.mean(axis, keepdim=True)) / x.std(axis, keepdim=True, correction=0)


def given(*inputs):
    return [Input(*one) for one in inputs]


BIAS = normal(6, seed=11)
X = given(("x", normal(5, 6, seed=12), ("batch", "feature")), ("bias", BIAS, ("feature",)), ("p", 7))

# recogniser, actual, expected, what the sentence says; then what the function was given
RECOGNISED = [
    (rearranged.transposed, SQUARE.T, SQUARE, "transposed"),
    (rearranged.transposed, CAUSAL.T, CAUSAL, "transposed"),
    (rearranged.transposed, SCORES.mT, SCORES, "axes 1 and 2 are swapped"),
    (rearranged.transposed, normal(3, 3, 3).permute(1, 2, 0), normal(3, 3, 3), "axes are in another order"),
    (rearranged.reshaped, BLOCK.transpose(0, 1).contiguous().reshape(2, 3, 4), BLOCK, "reshaped"),
    (rearranged.reshaped, normal(8, 3).reshape(3, 8), normal(8, 3).T, "reshaped"),
    (rearranged.flattened_by_columns, normal(2, 5, 5).mT.flatten(1), normal(2, 25), "column by column"),
    (rearranged.flipped, M.flip(1), M, "axis 1 is reversed"),
    (rearranged.flipped, torch.arange(9).flip(0), torch.arange(9), "axis 0 is reversed"),
    (rearranged.shifted, V.roll(1), V, "one place too far along"),
    (rearranged.shifted, M.roll(-1, 1), M, "axis 1: every value stands one place too early"),
    (rearranged.shifted, torch.cat([torch.zeros(1), V[:-1]]), V, "Off by one along axis 0"),
    (rearranged.permuted, M[[2, 0, 3, 1]], M, "slices along axis 0"),
    (rearranged.permuted, V.sort().values, V, "The values are right, but in another order"),
    (rearranged.scattered, M.flatten()[torch.arange(24).roll(5) ^ 1].view(4, 6), M, "wrong places"),
    (elementwise.sign, -M, M, "wrong sign"),
    (elementwise.sign, torch.tensor(-2.31), torch.tensor(2.31), "wrong sign"),
    (elementwise.magnitude, M, M.abs(), "absolute value is missing"),
    (elementwise.magnitude, M.abs(), M, "signs were lost"),
    (elementwise.magnitude, M * torch.tensor([1, -1, 1, 1, 1, -1]), M, "some values have the wrong sign"),
    (elementwise.rectified, M, M.relu(), "a ReLU is missing"),
    (elementwise.rectified, M.relu(), M, "a ReLU is too many"),
    (elementwise.factor, M * 2, M, "twice"),
    (elementwise.factor, M / 2, M, "half"),
    (elementwise.factor, M * 0.73, M, "same constant factor"),
    (elementwise.factor, M * -0.73, M, "signs are wrong, and besides"),
    (elementwise.factor, M * 6, M, "too large by a factor that is the size of axis 1"),
    (elementwise.factor, M / 4, M, "too small by a factor that is the size of axis 0"),
    (elementwise.factor, M / 24, M, "the number of elements"),
    (elementwise.factor, M * 784, M, "same constant factor"),
    (elementwise.factor, M / 37, M, "same constant factor"),
    (elementwise.factor, M * sqrt(6), M, "square root of the size of axis 1"),
    (elementwise.factor, M / sqrt(32), M, "same constant factor"),
    (elementwise.factor, WIDE * sqrt(11 / 12), WIDE, "n / (n - 1) or its root, where n is the size of axis 1"),
    (elementwise.factor, M * 255, M, "0 to 255"),
    (elementwise.factor, M * 100, M, "percentage"),
    (elementwise.factor, M / log(2), M, "bits"),
    (elementwise.factor, torch.rad2deg(M), M, "degrees where radians"),
    (elementwise.factor, torch.deg2rad(M), M, "radians where degrees"),
    (elementwise.factor, torch.tensor(4.6294), torch.tensor(2.3147), "twice"),
    (elementwise.factor, torch.tensor([6, 9, 15, 21]), torch.tensor([2, 3, 5, 7]), "same constant factor"),
    (elementwise.function, P.sqrt(), P, "squares of these values are right"),
    (elementwise.function, P**2, P, "square roots of these values are right"),
    (elementwise.function, P.log(), P, "exponentials of these values"),
    (elementwise.function, P.exp(), P, "logarithm is missing"),
    (elementwise.function, P, -P.log(), "negative logarithm is missing"),
    (elementwise.function, 1 / P, P, "upside down"),
    (elementwise.function, 1 - P, P, "1 minus"),
    (elementwise.function, M, M.sigmoid(), "a sigmoid is missing"),
    (elementwise.function, M.cos().arccos(), M.cos(), "angles where cosines"),
    (elementwise.function, M.cos(), M.cos().arccos(), "cosines where the angles"),
    (elementwise.offset, M + 0.7, M, "same added constant"),
    (elementwise.offset, LABELS + 1, LABELS, "one too large: is it counted from 1"),
    (elementwise.inverted, ~CAUSAL, CAUSAL, "True and False"),
    (elementwise.rounded, M.round(decimals=2), M, "rounded"),
    (elementwise.nearly_right, M * (1 + 1e-3 * OTHER.clamp(-2, 2)), M, "close but not equal"),
    (elementwise.low_precision, D64.float().double(), D64, "seven digits"),
    (elementwise.low_precision, D64.float().double().exp(), D64.exp(), "seven digits"),
    (along_axes.function_along_an_axis, M, softmax(M), "softmax over axis 1 is missing"),
    (along_axes.function_along_an_axis, M, softmax(M, 0), "softmax over axis 0 is missing"),
    (along_axes.function_along_an_axis, M, torch.log_softmax(M, -1), "log_softmax over axis 1 is missing"),
    (along_axes.function_along_an_axis, M, standardised(M), "Not standardised"),
    (along_axes.function_along_an_axis, M, M.cumsum(1), "cumulative sum"),
    (along_axes.softmax_too_many, softmax(softmax(M)), softmax(M), "applied twice"),
    (along_axes.softmax_too_many, softmax(M), M, "a softmax too many"),
    (along_axes.offset_along_an_axis, M, M - M.mean(0), "mean along axis 0 has to be subtracted"),
    (along_axes.offset_along_an_axis, M - M.mean(0), M, "was subtracted; it should not"),
    (along_axes.offset_along_an_axis, M + torch.tensor([[1.0], [2], [3], [5]]), M, "one added constant, different"),
    (along_axes.factor_along_an_axis, P, P / P.sum(1, keepdim=True), "divided by their sum"),
    (along_axes.factor_along_an_axis, M, unit(M, 0), "divided by their length"),
    (along_axes.factor_along_an_axis, unit(M, 1), M, "were normalised along axis 1"),
    (along_axes.factor_along_an_axis, M * P[:, :1], M, "one factor, different for each slice"),
    (along_axes.wrong_axis, softmax(M, 0), softmax(M, 1), "sum to 1 along axis 0 and should along axis 1"),
    (along_axes.wrong_axis, softmax(SCORES, 1), softmax(SCORES, 2), "along axis 1 and should along axis 2"),
    (along_axes.wrong_axis, torch.log_softmax(M, 0), torch.log_softmax(M, 1), "log-probabilities along axis 0"),
    (along_axes.wrong_axis, unit(M, 1), unit(M, 0), "have length 1 along axis 1"),
    (along_axes.wrong_axis, M - M.mean(1, keepdim=True), M - M.mean(0), "average to 0 along axis 1"),
    (along_axes.wrong_axis, standardised(M, 0), standardised(M, 1), "average to 0 along axis 0"),
    (along_axes.property_missing, P, softmax(M), "should sum to 1"),
    (parts.causal_mask, softmax(SCORES), PATTERN, "mask is missing"),
    (parts.causal_mask, torch.ones(6, 6), torch.ones(6, 6).tril(), "mask is missing"),
    (parts.causal_mask, pattern(CAUSAL.T), PATTERN, "wrong way round"),
    (parts.causal_mask, pattern(torch.ones(6, 6).tril(1).bool()), PATTERN, "starts too late"),
    (parts.causal_mask, pattern(torch.ones(6, 6).tril(-1).bool()), PATTERN, "hides too much"),
    (parts.causal_mask, SCORES, SCORES.masked_fill(~CAUSAL, -1e9), "mask is missing"),
    (parts.constant, torch.zeros(4, 6), M, "zero"),
    (parts.constant, torch.full((4, 6), 0.3), M, "the same"),
    (parts.one_part, SQUARE + torch.eye(5), SQUARE, "Only the diagonal"),
    (parts.one_part, replaced(M, 3, OTHER[3]), M, "Only the last slice along axis 0"),
    (parts.one_part, replaced(OTHER, 0, M[0]), M, "Only the first slice along axis 0 is right"),
    (parts.one_part, replaced(V, 0, 9.0), V, "Only the first value"),
    (by_inputs.left_out, M, M + BIAS, '"bias" is left out', X),
    (by_inputs.left_out, M + BIAS, M, '"bias" is added, and should not be', X),
    (by_inputs.left_out, M - BIAS, M + BIAS, '"bias" is subtracted where', X),
    (by_inputs.left_out, M + BIAS, M - BIAS, '"bias" is added where', X),
    (by_inputs.remainder, torch.arange(20), torch.arange(20) % 7, 'Modulo "p"', X),
    (by_inputs.handed_back, X[0].value, normal(5, 6, seed=13), 'the values of "x", as they were given', X),
    (by_inputs.handed_back, X[0].value.T.reshape(5, 6) * 0 + X[0].value, normal(5, 6), '"x", as they were', X),
    (elementwise.factor, M * 5, M, 'the size of "batch", as a sum where the mean', X),
    (elementwise.factor, M / 5, M, 'the size of "batch", as a mean where the sum', X),
    (elementwise.factor, M * sqrt(5), M, 'the square root of the size of "batch"', X),
    (elementwise.factor, torch.tensor(5 * 0.377143), torch.tensor(0.377143), 'the size of "batch"', X),
]

# recogniser, actual, expected: resembles the mistake, and is another
NEAR_MISSES = [
    (rearranged.transposed, SQUARE.T + 0.01, SQUARE),
    (rearranged.transposed, SQUARE + SQUARE.T + 0.01, SQUARE + SQUARE.T),
    (rearranged.transposed, torch.zeros(3, 3), torch.ones(3, 3)),
    (rearranged.reshaped, BLOCK.transpose(0, 1).reshape(2, 3, 4) * 1.01, BLOCK),
    (rearranged.flattened_by_columns, normal(2, 25, seed=9), normal(2, 25)),
    (rearranged.flattened_by_columns, normal(2, 24, seed=9), normal(2, 24)),
    (rearranged.flipped, M.flip(1) + 0.01, M),
    (rearranged.flipped, torch.tensor([1, 0]), torch.tensor([0, 1])),
    (rearranged.shifted, V.roll(2), V),
    (rearranged.shifted, torch.arange(8.0) + 1, torch.arange(8.0)),
    (rearranged.shifted, torch.tensor([1, 0, 1]), torch.tensor([0, 1, 1])),
    (rearranged.permuted, replaced(M[[2, 0, 3, 1]], (0, 0), 5.0), M),
    (rearranged.permuted, FEW[[1, 0, 2, 3, 4, 5, 6, 7]], FEW),
    (rearranged.permuted, M[[0, 0, 2, 3]], M),
    (rearranged.scattered, FEW.flip(0), FEW),
    (rearranged.scattered, replaced(M, (0, 0), 3.0), M),
    (elementwise.sign, replaced(-M, (0, 0), 3.0), M),
    (elementwise.sign, torch.zeros(3) + 1, torch.zeros(3)),
    (elementwise.magnitude, M, M.abs() + 0.01),
    (elementwise.rectified, M, M.relu() + 0.01),
    (elementwise.rectified, normal(3), torch.zeros(3)),
    (elementwise.factor, 0.98 * torch.tensor([0.629, 0.954]), torch.tensor([0.629, 0.954])),  # two values
    (elementwise.factor, M * 2 + 0.01, M),
    (elementwise.factor, torch.tensor([4.0]), torch.tensor([2.0])),
    (elementwise.factor, torch.tensor(1.1), torch.tensor(2.31)),
    (elementwise.factor, torch.ones(3, 3), torch.zeros(3, 3)),
    (elementwise.factor, torch.tensor([0.0, 0, 0.7]), torch.tensor([0.0, 0, 1.0])),
    (elementwise.function, P**2 + 0.001, P),
    (elementwise.function, torch.full((3, 3), 0.25), torch.full((3, 3), 0.5)),
    (elementwise.function, torch.tensor(0.3), torch.tensor(0.7)),
    (elementwise.function, P.sqrt() * 1.01, P),
    (elementwise.offset, torch.full((4,), 2.0), torch.full((4,), 1.0)),
    (elementwise.offset, replaced(M + 0.7, (0, 0), 0.0), M),
    (elementwise.offset, replaced(LABELS + 1, 0, 0), LABELS),
    (elementwise.inverted, replaced(~CAUSAL, (0, 0), True), CAUSAL),
    (elementwise.inverted, torch.zeros(3).bool(), torch.ones(3).bool()),
    (elementwise.rounded, (M * 3).round() / 3, M),
    (elementwise.nearly_right, M * 1.05, M),
    (elementwise.low_precision, D64 / (1 + 1e-8), D64),
    (elementwise.low_precision, D64.float().double() * 1.01, D64),
    (along_axes.function_along_an_axis, M, softmax(M * 1.1)),
    (along_axes.function_along_an_axis, M, torch.full((4, 6), 1 / 6)),
    (along_axes.softmax_too_many, softmax(M * 1.1), M),
    (along_axes.softmax_too_many, P, M),
    (along_axes.offset_along_an_axis, M + OTHER * 0.01, M),
    (along_axes.offset_along_an_axis, torch.ones(4, 6), torch.zeros(4, 6)),
    (along_axes.offset_along_an_axis, M + 0.7, M),
    (along_axes.factor_along_an_axis, P + 0.01, P / P.sum(1, keepdim=True)),
    (along_axes.factor_along_an_axis, M * 0.73, M),
    (along_axes.factor_along_an_axis, torch.eye(4) * torch.arange(1.0, 5), torch.eye(4)),
    (along_axes.wrong_axis, softmax(M * 2, 1), softmax(M, 1)),
    (along_axes.wrong_axis, P, softmax(M, 1)),
    (along_axes.wrong_axis, unit(M, 1), M),
    (along_axes.property_missing, softmax(M * 2), softmax(M)),
    (along_axes.property_missing, OTHER, M),
    (parts.causal_mask, PATTERN * 1.1, PATTERN),
    (parts.causal_mask, SCORES * 1.1, SCORES),
    (parts.causal_mask, torch.ones(6, 6), torch.eye(6)),
    (parts.constant, torch.zeros(4), torch.ones(4)),
    (parts.constant, replaced(torch.zeros(4, 6), (0, 0), 1.0), M),
    (parts.one_part, replaced(replaced(M, 3, OTHER[3]), 1, OTHER[1]), M),
    (parts.one_part, OTHER, M),
    (parts.one_part, replaced(torch.ones(4, 6), 3, OTHER[3]), torch.ones(4, 6)),  # three equal slices tell nothing
    (parts.one_part, replaced(M[:3], 2, OTHER[2]), M[:3]),  # of three
    (parts.one_part, replaced(torch.zeros(5), 4, 0.3), torch.zeros(5)),
    (parts.causal_mask, torch.eye(6) * 0 + 1, torch.ones(6, 6).triu()),
    (by_inputs.left_out, M + 1.01 * BIAS, M, X),
    (by_inputs.left_out, M, M + 0.7, given(("bias", torch.full((6,), 0.7)))),  # one constant: left to `offset`
    (by_inputs.left_out, M, M + BIAS),
    (by_inputs.remainder, torch.arange(20), torch.arange(20) % 6, X),  # not what was given
    (by_inputs.remainder, torch.tensor([7, 8, 9]), torch.tensor([0, 1, 2]), X),
    (by_inputs.handed_back, X[0].value + 0.01, normal(5, 6), X),
    (by_inputs.handed_back, torch.ones(5, 6), normal(5, 6), given(("x", torch.ones(5, 6)))),
    (elementwise.factor, torch.tensor(2.5), torch.tensor(0.5), X),  # simple fractions
    (elementwise.factor, replaced(M, (0, 0), 9.0) * 2 / sqrt(5), M),
    (elementwise.factor, torch.tensor(4.99 * 0.377143), torch.tensor(0.377143), X),
    (elementwise.sign, torch.tensor([0, 0, -0.3]), torch.tensor([0, 0, 0.3])),  # one value
    (elementwise.magnitude, replaced(M, (0, 0), -M[0, 0]), M),
    (elementwise.rectified, torch.tensor([1.3, 2.2, -0.7]), torch.tensor([1.3, 2.2, 0])),
    (elementwise.offset, FEW + 1, FEW),
    (elementwise.function, torch.tensor([1.0, 0, 0.7]), torch.tensor([1.0, 0, 0.49])),
    (along_axes.offset_along_an_axis, M[:2, :2] + torch.arange(2.0)[:, None], M[:2, :2]),  # two facts beyond
    (along_axes.function_along_an_axis, torch.tensor([[0.0, 90], [90, 0]]), torch.tensor([[0.0, 1], [1, 0]])),
    (along_axes.property_missing, torch.tensor([[0.3, 0.2]]), torch.tensor([[0.25, -0.25]])),
]


def case_of(actual, expected, inputs=()):
    mismatch = compare(actual, expected)
    assert mismatch and mismatch.stage == "value"
    return Case.of(actual, expected, mismatch.atol, mismatch.rtol, inputs=inputs)


@pytest.mark.parametrize("row", RECOGNISED, ids=ids(RECOGNISED))
def test_mistake_is_recognised(row):
    recogniser, actual, expected, words, *inputs = row
    assert words in recogniser(case_of(actual, expected, *inputs))


@pytest.mark.parametrize("row", RECOGNISED, ids=ids(RECOGNISED))
def test_the_table_as_a_whole_gives_that_explanation(row):
    _, actual, expected, words, *inputs = row
    assert words in diagnosis(actual, expected, *inputs)


@pytest.mark.parametrize("row", NEAR_MISSES, ids=ids(NEAR_MISSES))
def test_near_miss_is_not_recognised(row):
    recogniser, actual, expected, *inputs = row
    assert recogniser(case_of(actual, expected, *inputs)) is None


def test_every_recogniser_of_values_has_both_kinds_of_case():
    listed = {recogniser for tier in TIERS for recogniser in tier}
    assert listed == {row[0] for row in RECOGNISED} == {row[0] for row in NEAR_MISSES}
    assert {recogniser for tier in SAMPLED_TIERS for recogniser in tier} <= listed


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("shape", [(), (1,), (2,), (3,), (2, 2), (3, 3), (4, 5), (2, 3, 3)])
def test_unrelated_values_are_given_no_explanation(seed, shape):
    sentence = diagnosis(normal(*shape, seed=seed), normal(*shape, seed=seed + 1000))
    assert sentence is None


@pytest.mark.parametrize("seed", range(20))
def test_unrelated_probabilities_are_given_no_explanation(seed):
    assert diagnosis(softmax(normal(5, 5, seed=seed)), softmax(normal(5, 5, seed=seed + 1000))) is None


def test_two_explanations_that_fit_equally_are_both_said():
    antisymmetric = SQUARE - SQUARE.T
    ordered = torch.linspace(-1, 1, 9)
    assert diagnosis(-ordered, ordered).count("Or: ") == 1
    assert "transposed" in diagnosis(antisymmetric.T, antisymmetric)


def test_no_sentence_holds_a_value():
    """Numbers in sentences are sizes of the tensors, axes, or constants that the sentences are written with."""
    constants = {0, 1, 2, 10, 64, 100, 255}
    for _, actual, expected, _, *inputs in RECOGNISED:
        sizes = {*actual.shape, *range(actual.ndim)}
        numbers = {
            float(text)
            for text in re.findall(r"\d+\.?\d*", diagnosis(actual, expected, *inputs).replace("float32", ""))
        }
        assert numbers <= constants | sizes


def test_a_loose_tolerance_does_not_make_everything_fit():
    assert diagnosis(M * 1.3 + 0.1 * OTHER, M, atol=0.05, rtol=0.05) is None


def test_large_tensors_are_recognised_from_a_sample():
    big = normal(1200, 1000)
    assert "wrong sign" in diagnosis(-big, big)
    assert "size of axis 1" in diagnosis(big * 1000, big)


def test_a_failing_recogniser_is_not_hidden_from_these_tests():
    def broken(case):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        recognise(case_of(M, OTHER), ((broken,),))
