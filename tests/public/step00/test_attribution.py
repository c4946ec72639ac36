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
