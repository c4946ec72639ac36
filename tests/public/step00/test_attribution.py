"""Pixels that spoke for a class, and digits that moved."""

import torch

from autograder import exercise, expect, mistake


@exercise("00.pixel_contributions")
def test_a_pixel_contributes_its_ink_times_the_weight_under_it(learner):
    x, W = torch.zeros(784), torch.zeros(10, 784)
    x[4 * 28 + 9], W[6, 4 * 28 + 9] = 0.5, -3
    expected = torch.zeros(10, 28, 28)
    expected[6, 4, 9] = -1.5
    expect(learner.attribution.pixel_contributions(x, W), "contributions of one pixel").to_equal(expected)


@exercise("00.pixel_contributions")
def test_contributions_sum_to_the_logit_without_its_bias(learner):
    generator = torch.Generator().manual_seed(0)
    x, W = torch.rand(784, generator=generator), torch.randn(10, 784, generator=generator)
    contributions = learner.attribution.pixel_contributions(x, W)
    expect(contributions, "contributions").to_have_shape(10, 28, 28)
    expect(contributions.sum((1, 2)), "sum of each class's contributions").to_equal(W @ x, atol=1e-3)


def votes(*contributions, bias=0.0):
    """An image, and weights by which its pixels 100, 103, 106 … speak so much for a 7 against a 2.

    The first of them has little ink and a large weight. Every other pixel has ink, too, but speaks alike for all
    digits; a 7 and a 2 are well above the others.
    """
    x, W, b = torch.full((784,), 0.5), torch.full((10, 784), 0.25), torch.full((10,), -100.0)
    places = 100 + 3 * torch.arange(len(contributions))
    x[places] = torch.tensor([0.125] + [1.0] * (len(places) - 1))
    W[7, places] += torch.tensor(contributions) / x[places]
    b[7], b[2] = bias, 0.0
    return (x, W, b), places


@exercise("00.deciding_pixels")
def test_the_fewest_pixels_that_turn_the_decision(learner):
    """7 against 2: 1 + 4 − 2 + 3 = 6; without the 4 it is 2, without the 3 as well −1."""
    given, places = votes(1.0, 4.0, -2.0, 3.0)
    found = learner.attribution.deciding_pixels(*given)
    expect((found.winner, found.rival), "winner and rival").to_equal((7, 2))
    expect(found.pixels, "the pixels").to_equal(
        places[[1, 3]],
        watch_for=[
            mistake("All that speak for the winner are erased: stop when the rival has caught up.", places[[1, 3, 0]]),
            mistake("One pixel too few: the winner is still above the rival.", places[[1]]),
        ],
    )
    expect(found.before, "difference of the logits with all the ink").to_equal(6.0, atol=1e-4)
    expect(found.after, "difference without the ink of these pixels").to_equal(-1.0, atol=1e-4)


@exercise("00.deciding_pixels")
def test_level_is_enough(learner):
    """3 + 2 + 1 − 1 = 5; without the 3 and the 2 it is 0."""
    given, places = votes(1.0, 2.0, 3.0, -1.0)
    found = learner.attribution.deciding_pixels(*given)
    expect(found.pixels, "the pixels").to_equal(
        places[[2, 1]],
        watch_for=[
            mistake("Pixels are in the order of their places: the one that speaks most comes first.", places[[1, 2]]),
            mistake("The winner is no longer above the rival when both are level: stop there.", places[[2, 1, 0]]),
        ],
    )
    expect(found.after, "difference without the ink of these pixels").to_equal(0.0, atol=1e-4)


@exercise("00.deciding_pixels")
def test_the_bias_counts(learner):
    """3 + 1 with a bias of −1.5 for the 7: without the 3 it is −0.5 already."""
    given, places = votes(1.0, 3.0, bias=-1.5)
    found = learner.attribution.deciding_pixels(*given)
    expect(found.before, "difference of the logits with all the ink").to_equal(
        2.5, atol=1e-4, watch_for=[mistake("The biases are left out.", 4.0)]
    )
    expect(found.pixels, "the pixels").to_equal(places[[1]])
    expect(found.after, "difference without the ink of these pixels").to_equal(-0.5, atol=1e-4)


@exercise("00.deciding_pixels")
def test_where_the_bias_decides(learner):
    """2 + 1 − 1 with a bias of 3: whatever ink is erased, the 7 stays ahead. Then pixels that speak against it stay."""
    given, places = votes(2.0, -1.0, 1.0, bias=3.0)
    found = learner.attribution.deciding_pixels(*given)
    expect(found.pixels, "the pixels").to_equal(places[[0, 2]])
    expect(found.after, "difference without the ink of these pixels").to_equal(2.0, atol=1e-4)


@exercise("00.deciding_pixels")
def test_only_differences_count(learner):
    """An image that is added to every digit's weights changes no decision, here one that is against these pixels."""
    (x, W, bias), places = votes(1.0, 4.0, -2.0, 3.0)
    shared = torch.full((784,), 0.125)
    shared[places] = -64.0
    found = learner.attribution.deciding_pixels(x, W + shared, bias)
    expect(found.pixels, "the pixels, with something added to every digit's weights").to_equal(places[[1, 3]])


def vertical_bars():
    """One image per class, a bar in column 2c + 4, and templates that look for exactly these bars."""
    images = torch.zeros(10, 28, 28, dtype=torch.uint8)
    for c in range(10):
        images[c, :, 2 * c + 4] = 255
    return images, torch.arange(10), images.flatten(1).float() / 255, torch.zeros(10)


@exercise("00.shift_accuracy")
def test_unmoved_bars_are_all_recognised(learner):
    expect(learner.attribution.shift_accuracy(*vertical_bars(), [0]), "accuracy without a shift").to_equal(
        torch.ones(1)
    )


@exercise("00.shift_accuracy")
def test_bars_moved_by_two_look_like_their_neighbours(learner):
    images, labels, W, bias = vertical_bars()
    right = learner.attribution.shift_accuracy(images[:9], labels[:9] + 1, W, bias, [2])
    left = learner.attribution.shift_accuracy(images[1:], labels[1:] - 1, W, bias, [-2])

    def moved_left():
        """What came, if that is what was done: an accuracy of 0 alone does not say so."""
        called_left = learner.attribution.shift_accuracy(images[1:], labels[1:] - 1, W, bias, [2])
        return right if called_left.item() == 1 else None

    expect(right, "bars moved 2 to the right, called their right neighbours").to_equal(
        torch.ones(1), watch_for=[mistake("The images moved to the left.", moved_left, sure=True)]
    )
    expect(left, "bars moved 2 to the left, called their left neighbours").to_equal(torch.ones(1))


@exercise("00.shift_accuracy")
def test_ink_that_leaves_the_frame_does_not_come_back(learner):
    """Class 1 looks for ink at the left edge; a bar and a dot at the right edge move out of the frame."""
    images = torch.zeros(2, 28, 28, dtype=torch.uint8)
    images[0, :, 27] = 255
    images[1, 27, 27] = 255
    W = torch.zeros(10, 784)
    W[1].reshape(28, 28)[:, :5] = 1
    blank_is_class_0 = torch.zeros(10)
    blank_is_class_0[0] = 0.5
    accuracy = learner.attribution.shift_accuracy(images, torch.tensor([0, 0]), W, blank_is_class_0, [0, 1, 28])
    expect(accuracy, "accuracy of calling the emptied images blank").to_equal(
        torch.ones(3),
        watch_for=[
            mistake("What left on the right came back on the left.", torch.tensor([1.0, 0, 1])),
            mistake("What left on the right came back on the left, a row further down.", torch.tensor([1.0, 0.5, 1])),
        ],
    )
