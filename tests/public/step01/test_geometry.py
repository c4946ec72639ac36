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
        parts=("the feature of length 5", "the feature of length 1", "the feature left out"),
    )


@exercise("01.represented")
def test_lengths_of_ten_features(learner):
    W = 2 * torch.rand(2, 3, 5, generator=torch.Generator().manual_seed(5)) - 1
    right = torch.tensor(
        [
            [1.034126, 1.013105, 1.273528, 1.175728, 1.36665],
            [0.9009568, 1.075049, 1.030863, 1.155113, 1.287232],
        ]
    )  # by the course's solution
    expect(learner.geometry.represented(W), "‖W_i‖ of five features in two instances").to_equal(
        right,
        rtol=1e-5,
        watch_for=[
            mistake("These are squared lengths.", right.square()),
            mistake("Sizes were added up; the length is the root of the sum of squares.", W.abs().sum(1)),
            mistake("The mean of the squares was taken, not their sum.", right / 3**0.5),
            mistake("This is the largest size in each column, not its length.", W.abs().amax(1)),
            wrong_axis("hidden", "feature"),
        ],
    )  # fmt: skip


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
        parts=("the feature of length 5", "the feature of length 1", "the feature left out"),
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
        parts=("the feature of length 5", "the feature of length 1", "the feature left out"),
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
        parts=("the instance with two antipodal pairs", "the instance with two features"),
    )


@exercise("01.dimensions_per_feature")
def test_six_instances_of_any_weights(learner):
    """Five features in three dimensions."""
    W = 2 * torch.rand(6, 3, 5, generator=torch.Generator().manual_seed(6)) - 1
    # by the course's solution
    right = torch.tensor([1.018199, 0.8227007, 0.5018987, 0.9133747, 0.8151622, 0.623229])
    expect(learner.geometry.dimensions_per_feature(W), "D* of six instances").to_equal(
        right,
        rtol=1e-5,
        watch_for=[
            mistake("All instances were added up.", torch.full((6,), 1 / float((1 / right).sum()))),
            mistake("The norm was not squared.", (3 * right).sqrt()),
            mistake("That is features for each dimension; divide the other way.", 1 / right),
            mistake("Features were counted, not hidden dimensions.", right / 3 * 5),
            mistake("The mean of the squared weights was taken, not their sum.", right * 15),
            mistake("The lengths of the features were added up, not their squares.",
                    torch.tensor([0.8594064, 0.7166284, 0.5600986, 0.7883819, 0.7239488, 0.6330355])),
            mistake("The spectral norm was taken, not the Frobenius norm.",
                    torch.tensor([1.233144, 1.339807, 0.9868921, 1.098025, 1.292034, 0.8747504])),
        ],
    )  # fmt: skip


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


def corners(angles, norms):
    """Features in these directions, in degrees, of these lengths."""
    angles = torch.deg2rad(torch.tensor(angles))
    return torch.stack([angles.cos(), angles.sin()]) * torch.tensor(norms)


@exercise("01.pentagon_test")
def test_five_features_in_any_directions(learner):
    """At 13°, 61°, 140°, 205° and 323°, but numbered otherwise."""
    W = corners([140.0, 13.0, 323.0, 61.0, 205.0], [0.9, 1.3, 0.6, 1.7, 1.1])
    gaps, norms, is_pentagon = learner.geometry.pentagon_test(W)
    right = torch.tensor([48.0, 50, 65, 79, 118])
    wrong = {
        "The gaps are right, but they are not sorted.": ([118.0, 50, 48, 79, 65], [48.0, 79, 65, 118, 50]),
        "The gaps are sorted, but not ascending.": ([118.0, 79, 65, 50, 48],),
        "These are angles between features that follow each other in W, not between neighbours in direction.":
            ([98.0, 144, 233, 295, 310], [50.0, 98, 127, 216, 295], [50.0, 65, 98, 127, 144]),
        "The gap from the last direction back to the first is missing.": ([48.0, 50, 79, 118], [48.0, 65, 79, 118]),
        "The gap from the last direction back to the first is off by a whole turn, or measured the other way round.":
            ([-295.0, 48, 50, 79, 118], [48.0, 50, 79, 118, 295], [-310.0, 48, 65, 79, 118], [48.0, 65, 79, 118, 310]),
    }  # fmt: skip
    expect(gaps, "gaps of five features").to_equal(
        right,
        atol=1e-3,
        watch_for=[
            mistake("Gaps are in degrees, not radians.", torch.deg2rad(right)),
            *(mistake(sentence, torch.tensor(value)) for sentence, values in wrong.items() for value in values),
        ],
    )
    expect(norms, "norms of five features").to_equal(
        torch.tensor([0.6, 0.9, 1.1, 1.3, 1.7]),
        atol=1e-5,
        watch_for=[mistake("The norms are right, but they are not sorted.", torch.tensor([0.9, 1.3, 0.6, 1.7, 1.1]))],
    )
    expect(is_pentagon, "is_pentagon of five features in any directions").to_equal(False)


@exercise("01.pentagon_test")
def test_nearly_regular_is_enough_and_no_more(learner):
    """Cases well on either side of what is allowed: 8° and 15 %, where nothing else is said."""
    even, equal = [0.0, 72.0, 144.0, 216.0, 288.0], [1.0] * 5
    bent, long = corners([0.0, 78.0, 144.0, 216.0, 288.0], equal), corners(even, [1.1, 1.0, 1.0, 1.0, 1.0])
    cases = {
        "one corner 6° off": (True, bent),
        "one corner 6° off where 5° are allowed": (False, bent, 5.0),
        "one gap of 52° beside four of 77°": (False, corners([0.0, 52.0, 129.0, 206.0, 283.0], equal)),
        "one gap of 92° beside four of 67°": (False, corners([0.0, 92.0, 159.0, 226.0, 293.0], equal)),
        "one norm 8 % above the mean": (True, long),
        "one norm 8 % above the mean where 5 % are allowed": (False, long, 8.0, 0.05),
        "one norm 13 % above the mean": (True, corners(even, [1.17, 1.0, 1.0, 1.0, 1.0])),
        "one norm 30 % above the mean": (False, corners(even, [1.4, 1.0, 1.0, 1.0, 1.0])),
        "one norm 35 % below the mean": (False, corners(even, [0.6, 1.0, 1.0, 1.0, 1.0])),
        "one norm 35 % below the mean at ten times the size": (False, 10 * corners(even, [0.6, 1.0, 1.0, 1.0, 1.0])),
        "one norm 8 % above the mean at ten times the size": (True, 10 * long),
        "one norm 30 % above the mean at a tenth of the size": (False, corners(even, [1.4, 1.0, 1.0, 1.0, 1.0]) / 10),
        "a hexagon where 15° are allowed": (False, regular_polygon(6), 15.0),
    }
    right = [case[0] for case in cases.values()]

    def but(*turned):
        return [value != (i in turned) for i, value in enumerate(right)]

    verdicts = [learner.geometry.pentagon_test(*case)[2] for _, *case in cases.values()]
    expect(verdicts, "is_pentagon of many cases").to_equal(
        right,
        parts=tuple(cases),
        watch_for=[
            mistake("Gaps that are too small are not noticed.", but(2)),
            mistake("Gaps that are too large are not noticed.", but(3)),
            mistake("Gaps too far from 72° are not noticed, on either side.", but(1, 2, 3)),
            mistake("Norms too far from their mean are not noticed, on either side.", but(5, 7, 8, 9, 11)),
            mistake("Norms too far below their mean are not noticed.", but(8, 9)),
            mistake("Norms too far above their mean are not noticed.", but(5, 7, 11)),
            *(mistake("The same shape gets another verdict at another size.", but(*sizes))
              for sizes in ((9,), (10,), (11,), (10, 11), (6, 10))),
        ],
    )  # fmt: skip


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
