"""Lengths, interference, dimensionality and the pentagon, on weights of the grader's choice."""

import math

import torch

from autograder import exercise, expect, expect_error, mistake, wrong_axis
from exercises.kit.step01.shapes import SHAPES, regular_polygon, side_by_side


def orthogonal(draw, n):
    return torch.linalg.qr(draw.normal(n, n))[0]


def weights(draw):
    """Four instances with features of very different lengths."""
    return draw.normal(4, 3, 7) * draw.uniform(4, 1, 7, low=0.05, high=2.0)


@exercise("01.represented")
def test_any_weights_lengths(learner, reference, draw):
    W = weights(draw)
    expect(learner.geometry.represented(W), "‖W_i‖").to_match(
        reference.geometry.represented(W),
        watch_for=[
            mistake("These are squared lengths.", W.square().sum(1)),
            mistake("Sizes were added up; the length is the root of the sum of squares.", W.abs().sum(1)),
            mistake("The mean of the squares was taken, not their sum.", W.square().mean(1).sqrt()),
            mistake("This is the largest size in each column, not its length.", W.abs().amax(1)),
            wrong_axis("hidden", "feature"),
        ],
    )


@exercise("01.interference")
def test_any_weights_interference(learner, reference, draw):
    W = weights(draw)
    gram, length = W.mT @ W, W.norm(dim=1)
    off = gram - torch.diag_embed(gram.diagonal(dim1=1, dim2=2))
    expect(learner.geometry.interference(W), "interference").to_match(
        reference.geometry.interference(W),
        atol=1e-5,
        rtol=1e-4,
        watch_for=[
            mistake("The overlap of a feature with itself was counted.",
                    reference.geometry.interference(W) + length.square()),
            mistake("W_i was not normalised.", off.square().sum(2)),
            mistake("W_j was normalised too.", (off / length[:, :, None] / length[:, None]).square().sum(2)),
            mistake("W_j was normalised, W_i was not.", (off / length[:, None]).square().sum(2)),
            mistake("The overlaps were not squared.", (off / length[:, :, None]).sum(2)),
            mistake("The absolute overlaps were added, not their squares.", (off / length[:, :, None]).abs().sum(2)),
        ],
    )  # fmt: skip


@exercise("01.interference")
def test_features_left_out_neither_feel_nor_cause_interference(learner, reference, draw):
    W = weights(draw)
    W[:, :, draw.permutation(7)[:2]] = 0
    expect(learner.geometry.interference(W), "interference with features of zero norm").to_match(
        reference.geometry.interference(W), atol=1e-5, rtol=1e-4
    )


@exercise("01.feature_dimensionality")
def test_any_weights_dimensionality(learner, reference, draw):
    W = weights(draw)
    gram, length = W.mT @ W, W.norm(dim=1)
    expect(learner.geometry.feature_dimensionality(W), "D").to_match(
        reference.geometry.feature_dimensionality(W),
        atol=1e-5,
        rtol=1e-4,
        watch_for=[
            mistake("W_j was normalised too.",
                    length**2 / (gram / length[:, :, None] / length[:, None]).square().sum(2)),
            mistake("W_i was not normalised in the denominator.", length**2 / gram.square().sum(2)),
            mistake("The overlaps were not squared.", length**2 / (gram / length[:, :, None]).sum(2)),
            mistake("The square is missing in the numerator.", length / (gram / length[:, :, None]).square().sum(2)),
            mistake("The overlap of a feature with itself was left out of the sum.",
                    length**2 / reference.geometry.interference(W)),
            wrong_axis("hidden", "feature"),
        ],
    )  # fmt: skip


@exercise("01.feature_dimensionality")
def test_ideal_shapes_however_they_are_turned_scaled_and_numbered(learner, draw):
    for name, (W, fraction) in SHAPES.items():
        hidden, features = W.shape
        W = orthogonal(draw, hidden) @ W[:, draw.permutation(features)] * float(draw.uniform(1, low=0.5, high=2.0))
        expect(learner.geometry.feature_dimensionality(W[None]), f"D of: {name}").to_equal(
            torch.full((1, features), fraction), atol=1e-5
        )


@exercise("01.feature_dimensionality")
def test_shapes_side_by_side_in_any_basis(learner, draw):
    names = [draw.choice(list(SHAPES)) for _ in range(4)]
    W = side_by_side(*(SHAPES[name][0] for name in names))
    expected = torch.cat([torch.full((SHAPES[name][0].shape[1],), SHAPES[name][1]) for name in names])
    order = draw.permutation(len(expected))
    W = orthogonal(draw, len(W)) @ W[:, order]
    expect(learner.geometry.feature_dimensionality(W[None]), "D").to_equal(expected[order][None], atol=1e-4)


@exercise("01.feature_dimensionality")
def test_zero_norms_give_zero_and_the_fractions_never_exceed_the_dimensions(learner, draw):
    W = weights(draw)
    W[:, :, draw.permutation(7)[:3]] = 0
    D = learner.geometry.feature_dimensionality(W)
    expect(D, "D with features of zero norm").to_be_within(0.0, 1.0001)
    expect(D[(W == 0).all(1)], "D of the features of zero norm").to_equal(torch.zeros(12))
    expect(D.sum(1), "sum of D over features, of three dimensions").to_be_at_most(3.001)


@exercise("01.feature_dimensionality")
def test_trained_models_share_out_their_dimensions(learner, checkpoints):
    """Every feature of the recorded pentagon has 2/5, up to what training leaves uneven."""
    W = torch.tensor(checkpoints["pentagon_weights"].value)[None]
    D = learner.geometry.feature_dimensionality(W)
    expect(D, "D of a trained pentagon").to_be_within(0.38, 0.42)
    expect(D.sum().item(), "sum of D").to_be_within(1.99, 2.001)


@exercise("01.dimensions_per_feature")
def test_any_weights_dimensions_per_feature(learner, reference, draw):
    for hidden in (1, 4):
        W = draw.normal(5, hidden, 6)
        right = reference.geometry.dimensions_per_feature(W)
        expect(learner.geometry.dimensions_per_feature(W), "D*").to_match(
            right,
            watch_for=[
                mistake("Features were counted, not hidden dimensions.", right / hidden * 6),
                mistake("The norm was not squared.", hidden / W.flatten(1).norm(dim=1)),
                mistake("That is features for each dimension.", 1 / right),
                mistake("All instances were added up.", torch.full((5,), hidden / float(W.square().sum()))),
                mistake("The mean of the squared weights was taken, not their sum.", right * hidden * 6),
                mistake("The lengths of the features were added up, not their squares.",
                        hidden / W.norm(dim=1).sum(1)),
                mistake("The spectral norm was taken, not the Frobenius norm.",
                        hidden / torch.linalg.matrix_norm(W, 2).square()),
            ],
        )  # fmt: skip


@exercise("01.dimensions_per_feature")
def test_nothing_represented(learner):
    expect(learner.geometry.dimensions_per_feature(torch.zeros(1, 3, 4)), "D* of zero weights").to_equal(
        torch.tensor([math.inf])
    )


def verdict(learner, W, *settings):
    return learner.geometry.pentagon_test(W, *settings)[2]


@exercise("01.pentagon_test")
def test_any_corners(learner, reference, draw):
    for features in (1, 4, 5, 9):
        W = draw.normal(2, features)
        expected = reference.geometry.pentagon_test(W)
        gaps, norms, is_pentagon = learner.geometry.pentagon_test(W)
        expect(gaps, "gaps").to_match(expected[0], atol=1e-3)
        expect(norms, "norms").to_match(expected[1], atol=1e-5)
        expect(is_pentagon, "is_pentagon").to_match(expected[2])


@exercise("01.pentagon_test")
def test_any_turn_mirror_image_size_and_numbering(learner, draw):
    for _ in range(5):
        W = orthogonal(draw, 2) @ regular_polygon(5)[:, draw.permutation(5)] * float(draw.uniform(1, low=0.3, high=3.0))
        expect(verdict(learner, W), "is_pentagon of a regular pentagon").to_equal(True)


@exercise("01.pentagon_test")
def test_nearly_regular_is_enough_and_as_near_as_asked(learner, draw):
    W = orthogonal(draw, 2) @ bent(6.0)
    expect(verdict(learner, W), "is_pentagon, 6° off").to_equal(True)
    expect(verdict(learner, W, 5.0), "is_pentagon, 6° off, when 5° are allowed").to_equal(False)
    for off, near in ((7.6, True), (-7.6, True), (8.4, False), (-8.4, False)):
        expect(verdict(learner, orthogonal(draw, 2) @ bent(off)), f"is_pentagon, {abs(off)}° off").to_equal(near)
    W = regular_polygon(5) * torch.tensor([1.0, 1.0, 1.1, 1.0, 1.0])
    expect(verdict(learner, W), "is_pentagon, one norm 8 % above the mean").to_equal(True)
    expect(verdict(learner, W, 8.0, 0.05), "is_pentagon, 8 % off, when 5 % are allowed").to_equal(False)


def bent(degrees):
    """A pentagon with one corner moved along the circle."""
    angles = torch.arange(5) * 72.0
    angles[2] += degrees
    return torch.stack([torch.deg2rad(angles).cos(), torch.deg2rad(angles).sin()])


@exercise("01.pentagon_test")
def test_impostors(learner, draw):
    turn = orthogonal(draw, 2)
    pair = regular_polygon(5)[:, [0, 1, 2, 3, 3]]
    impostors = {
        "a square and a feature left out": torch.cat([regular_polygon(4), torch.zeros(2, 1)], 1),
        "a square and a weak feature at an angle": torch.cat([regular_polygon(4), 0.01 * draw.normal(2, 1)], 1),
        "a hexagon": regular_polygon(6),
        "five corners of a hexagon": regular_polygon(6)[:, :5],
        "a pentagon and a feature left out": torch.cat([regular_polygon(5), torch.zeros(2, 1)], 1),
        "five directions with unequal angles": bent(20.0),
        "two features in one corner": pair,
        "a pentagon with a short feature": regular_polygon(5) * torch.tensor([1, 1, 0.5, 1, 1]),
        "nothing": torch.zeros(2, 5),
    }
    for name, W in impostors.items():
        expect(verdict(learner, turn @ W), f"is_pentagon of {name}").to_equal(False)


def corners(gaps, norms=(1, 1, 1, 1, 1)):
    """Five features with these angles between them, and these norms."""
    angles = torch.deg2rad(torch.tensor([0.0, *gaps[:4]]).cumsum(0))
    return torch.stack([angles.cos(), angles.sin()]) * torch.tensor(norms)


@exercise("01.pentagon_test")
def test_too_far_on_either_side_is_no_pentagon(learner, draw):
    turn, even = orthogonal(draw, 2), [72.0] * 5
    cases = {
        "one gap 20° too small, four 5° too large": corners([52.0, 77, 77, 77, 77]),
        "one gap 20° too large, four 5° too small": corners([92.0, 67, 67, 67, 67]),
        "one norm far below the mean, four a little above": corners(even, (0.6, 1, 1, 1, 1)),
        "one norm far above the mean, four a little below": corners(even, (1.4, 1, 1, 1, 1)),
    }
    for name, W in cases.items():
        expect(verdict(learner, turn @ W), f"is_pentagon, {name}").to_equal(False)


@exercise("01.pentagon_test")
def test_norms_are_measured_by_their_mean(learner, draw):
    turn, even = orthogonal(draw, 2), [72.0] * 5
    uneven, alike = corners(even, (0.6, 1, 1, 1, 1)), corners(even, (1.1, 1, 1, 1, 1))
    expect(verdict(learner, turn @ uneven / 10), "is_pentagon, small and uneven").to_equal(False)
    expect(verdict(learner, turn @ alike * 10), "is_pentagon, large and nearly even").to_equal(True)
    above = corners(even, (1.17, 1, 1, 1, 1))  # 13 % above the mean, 17 % above the median
    expect(verdict(learner, turn @ above), "is_pentagon, one norm 13 % above the mean").to_equal(True)


@exercise("01.pentagon_test")
def test_five_features_are_asked_however_much_is_allowed(learner):
    expect(verdict(learner, regular_polygon(6), 15.0), "is_pentagon of a hexagon, 15° allowed").to_equal(False)
    expect(verdict(learner, regular_polygon(4), 20.0), "is_pentagon of a square, 20° allowed").to_equal(False)


@exercise("01.pentagon_test")
def test_other_shapes_are_refused(learner):
    for shape in ((3, 5), (5,), (2,), (1, 2, 5), (2, 1, 5), (5, 2)):
        with expect_error(ValueError):
            learner.geometry.pentagon_test(torch.ones(shape))
