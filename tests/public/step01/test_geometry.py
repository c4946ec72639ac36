"""Reading weights: lengths, interference, fractions of a dimension, and the pentagon."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake, wrong_axis
from exercises.kit.step01.shapes import SHAPES, regular_polygon, side_by_side, square_antiprism


def two_features():
    """Lengths 5 and 1, and a third feature that is left out. W_0 · W_1 = 3."""
    return torch.tensor([[[3.0, 1.0, 0.0], [4.0, 0.0, 0.0]]])


@exercise("01.represented")
def test_lengths_of_the_columns(learner):
    expect(learner.geometry.represented(two_features()), "‖W_i‖ of three features").to_equal(
        torch.tensor([[5.0, 1.0, 0.0]]),
        watch_for=[
            mistake("These are squared lengths.", torch.tensor([[25.0, 1.0, 0.0]])),
            wrong_axis("hidden", "feature"),
        ],
    )


@exercise("01.interference")
def test_each_feature_is_measured_along_its_own_unit_vector(learner):
    """Along (0.6, 0.8) feature 1 reaches 0.6; along (1, 0) feature 0 reaches 3."""
    expect(learner.geometry.interference(two_features()), "interference").to_equal(
        torch.tensor([[0.36, 9.0, 0.0]]),
        watch_for=[
            mistake("The feature's overlap with itself was counted: leave out j = i.", torch.tensor([[25.36, 10, 0]])),
            mistake("W_i was not normalised.", torch.tensor([[9.0, 9, 0]])),
            mistake("W_j was normalised too: only W_i should be.", torch.tensor([[0.36, 0.36, 0]])),
            mistake("The overlaps were not squared.", torch.tensor([[0.6, 3.0, 0]])),
            mistake("W_j was normalised, and W_i was not.", torch.tensor([[9.0, 0.36, 0]])),
        ],
    )


@exercise("01.interference")
def test_features_at_right_angles_do_not_interfere(learner):
    expect(learner.geometry.interference(torch.eye(4)[None]), "interference of an orthonormal set").to_equal(
        torch.zeros(1, 4)
    )


@exercise("01.feature_dimensionality")
@pytest.mark.parametrize("shape", SHAPES)
def test_ideal_shapes_have_exact_fractions(learner, shape):
    W, fraction = SHAPES[shape]
    expect(learner.geometry.feature_dimensionality(W[None]), f"D of the features of: {shape}").to_equal(
        torch.full((1, W.shape[1]), fraction), atol=1e-5
    )


@exercise("01.feature_dimensionality")
def test_unequal_lengths(learner):
    """D_0 = 25 / (25 + 0.36), D_1 = 1 / (1 + 9)."""
    expect(learner.geometry.feature_dimensionality(two_features()), "D").to_equal(
        torch.tensor([[25 / 25.36, 0.1, 0.0]]),
        atol=1e-5,
        watch_for=[
            mistake("W_j was normalised too: only W_i should be.", torch.tensor([[25 / 1.36, 1 / 1.36, 0]])),
            mistake("W_i was not normalised.", torch.tensor([[25 / (625 + 9.0), 1 / 10, 0]])),
        ],
    )


@exercise("01.feature_dimensionality")
def test_a_feature_that_is_left_out_gets_nothing(learner):
    W = torch.zeros(2, 3, 4)
    W[0, 0, 0] = 2
    expected = torch.zeros(2, 4)
    expected[0, 0] = 1
    expect(learner.geometry.feature_dimensionality(W), "D, with features of zero norm").to_equal(expected)


@exercise("01.feature_dimensionality")
def test_shapes_side_by_side_do_not_disturb_each_other(learner):
    W = side_by_side(regular_polygon(3), regular_polygon(5), square_antiprism())
    expected = torch.tensor([[2 / 3] * 3 + [2 / 5] * 5 + [3 / 8] * 8])
    expect(learner.geometry.feature_dimensionality(W[None]), "D of 16 features in 7 dimensions").to_equal(
        expected, atol=1e-5
    )


@exercise("01.dimensions_per_feature")
def test_two_antipodal_pairs_leave_half_a_dimension_each(learner):
    W = torch.tensor([[[1.0, -1, 0, 0, 0], [0, 0, 1, -1, 0]], [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]]])
    expect(learner.geometry.dimensions_per_feature(W), "D* of two instances").to_equal(
        torch.tensor([0.5, 1.0]),
        watch_for=[
            mistake("All instances were added up.", torch.tensor([2 / 6, 2 / 6])),
            mistake("The norm was not squared.", torch.tensor([1.0, 2**0.5])),
            mistake("That is features for each dimension; divide the other way.", torch.tensor([2.0, 1.0])),
        ],
    )


def turned(W, degrees):
    angle = torch.deg2rad(torch.tensor(degrees))
    return torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])]) @ W


@exercise("01.pentagon_test")
def test_a_pentagon_is_72_degrees_all_the_way_round(learner):
    gaps, norms, is_pentagon = learner.geometry.pentagon_test(turned(1.2 * regular_polygon(5), 20.0))
    expect(gaps, "gaps").to_equal(torch.full((5,), 72.0), atol=1e-3)
    expect(norms, "norms").to_equal(torch.full((5,), 1.2), atol=1e-5)
    expect(is_pentagon, "is_pentagon").to_equal(True)


@exercise("01.pentagon_test")
def test_the_last_gap_goes_back_to_the_first_feature(learner):
    W = torch.tensor([[1.0, 0.0, -2.0], [0.0, 1.0, 0.0]])  # at 0°, 90° and 180°
    gaps, norms, is_pentagon = learner.geometry.pentagon_test(W)
    expect(gaps, "gaps").to_equal(
        torch.tensor([90.0, 90, 180]),
        atol=1e-3,
        watch_for=[mistake("Gaps are in degrees, not radians.", torch.deg2rad(torch.tensor([90.0, 90, 180])))],
    )
    expect(norms, "norms").to_equal(torch.tensor([1.0, 1, 2]))
    expect(is_pentagon, "is_pentagon of three features").to_equal(False)


@exercise("01.pentagon_test")
def test_turned_mirrored_or_renumbered_it_stays_a_pentagon(learner):
    mirror = torch.tensor([[1.0, 0.0], [0.0, -1.0]])
    for W in (turned(regular_polygon(5), 181.0), mirror @ regular_polygon(5), regular_polygon(5)[:, [0, 2, 4, 1, 3]]):
        expect(learner.geometry.pentagon_test(W)[2], "is_pentagon").to_equal(True)


@exercise("01.pentagon_test")
def test_a_square_with_one_feature_left_out_is_none(learner):
    W = torch.cat([regular_polygon(4), torch.zeros(2, 1)], 1)
    expect(learner.geometry.pentagon_test(W)[2], "is_pentagon").to_equal(False)


@exercise("01.pentagon_test")
def test_a_hexagon_is_none_whole_or_with_a_corner_missing(learner):
    expect(learner.geometry.pentagon_test(regular_polygon(6))[2], "is_pentagon of a hexagon").to_equal(False)
    expect(learner.geometry.pentagon_test(regular_polygon(6)[:, :5])[2], "is_pentagon of five corners").to_equal(False)


@exercise("01.pentagon_test")
def test_one_feature_of_another_length_spoils_it(learner):
    for length in (0.6, 1.5):
        W = regular_polygon(5)
        W[:, 3] *= length
        expect(learner.geometry.pentagon_test(W)[2], f"is_pentagon with one length of {length}").to_equal(False)


@exercise("01.pentagon_test")
def test_three_dimensions_are_refused(learner):
    with expect_error(ValueError):
        learner.geometry.pentagon_test(torch.zeros(3, 5))
    with expect_error(ValueError):
        learner.geometry.pentagon_test(torch.zeros(1, 2, 5))
