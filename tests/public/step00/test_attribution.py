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
    expect((found.winner, found.rival), "winner and rival").to_equal((7, 2), parts=("winner", "rival"))
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
def test_six_of_twelve_pixels(learner):
    """Twelve pixels with ink of their own; the 7 has a bias of 6. Some that speak for the 7 do so for the 2, too."""
    ink = torch.tensor([0.5, 1.0, 0.25, 0.75, 0.9375, 0.125, 0.4375, 0.875, 0.625, 0.8125, 0.375, 0.6875])
    vote = torch.tensor([2.5, -3.25, 1.875, 4.0, 0.75, 1.25, -2.0, 3.5, 0.375, 2.125, 1.625, -4.5])
    shared = torch.tensor([0.5, 7.0, 3.0, -2.0, 8.0, 1.0, 2.0, -3.0, 9.0, 3.0, -1.0, 5.0])
    x, W, b = torch.zeros(784), torch.zeros(10, 784), torch.full((10,), -100.0)
    places = torch.tensor([611, 87, 402, 530, 215, 128, 349, 266, 745, 174, 693, 318])
    x[places], b[7], b[2] = ink, 6.0, 0.0
    W[7, places], W[2, places] = vote / ink + shared, shared
    found = learner.attribution.deciding_pixels(x, W, b)
    order, first = vote.argsort(descending=True), vote.sum() + 6
    expect(found.pixels, "the pixels").to_equal(
        torch.tensor([530, 266, 611, 174, 402, 693]),  # by the course's solution
        watch_for=[
            mistake("All that speak for the winner are erased: stop when the rival has caught up.", places[order[:9]]),
            mistake("One pixel too few: the winner is still above the rival.", torch.tensor([530, 266, 611, 174, 402])),
            mistake("One pixel too many: stop when the winner is no longer above the rival.",
                    torch.tensor([530, 266, 611, 174, 402, 693, 128])),
            mistake("Pixels are in the order of their places: the one that speaks most comes first.",
                    torch.tensor([174, 266, 402, 530, 611, 693])),
            mistake("The biases are left out.", torch.tensor([530, 266, 611])),
            mistake("The bias is taken the wrong way round: the winner's less the rival's is meant.",
                    torch.tensor([530])),
            mistake("The order is by what a pixel adds to the winner alone: it may add as much to the rival.",
                    torch.tensor([215, 745, 174, 87, 611, 402, 530, 128, 693, 266])),
            mistake("The order is by weights alone: what a pixel says is its ink times the weight under it.",
                    torch.tensor([128, 402, 530, 611, 693, 266])),
            mistake("The order is by how much ink a pixel has.",
                    torch.tensor([87, 215, 266, 174, 530, 318, 745, 611, 349, 693, 402, 128])),
            mistake("The order is by size: pixels that speak against the winner stay.",
                    torch.tensor([318, 530, 266, 87, 611, 174, 349, 402, 693, 128, 215, 745])),
        ],
    )  # fmt: skip
    expect((found.before, found.after), "difference of the logits, before and after").to_equal(
        (first.item(), -1.375),
        atol=1e-4,
        watch_for=[
            mistake("The biases are left out.", (first.item() - 6, -7.375)),
            mistake("The biases are left out of the difference that is left.", (first.item(), -7.375)),
        ],
        parts=("before", "after"),
    )  # fmt: skip


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
def test_six_shifts_of_forty_images(learner):
    """Labels are what templates of noise say of the images at one shift or another, so that every accuracy differs."""
    generator = torch.Generator().manual_seed(0)
    images = (torch.rand(40, 28, 28, generator=generator) * 255).to(torch.uint8)
    W, bias = torch.randn(10, 784, generator=generator) / 14, torch.randn(10, generator=generator) / 2
    W -= W.mean(1, keepdim=True)
    labels = torch.tensor([int(digit) for digit in "2627927278686898818861168778878788809899"])
    shifts = [3, -2, 0, -5, 7, 1]
    right = torch.tensor([0.425, 0.375, 0.45, 0.4, 0.375, 0.3])  # by the course's solution

    def called(move):
        """Accuracies on images that were moved in another way."""
        moved = [move(images, k).flatten(1) / 255 for k in shifts]
        return lambda: torch.stack([((x @ W.T + bias).argmax(1) == labels).float().mean() for x in moved])

    def after_another():
        moving = [images]

        def move(_, k):
            blank = torch.zeros_like(images)
            moving.append(torch.cat([blank, moving[-1], blank], 2)[:, :, 28 - k : 56 - k])
            return moving[-1]

        return move

    paper = torch.zeros_like(images)
    tall, wide = torch.cat([paper, images, paper], 1), torch.cat([paper, images, paper], 2)
    flat = torch.cat([torch.zeros_like(images), images, paper], 1).flatten(1)
    expect(learner.attribution.shift_accuracy(images, labels, W, bias, shifts), "accuracy at six shifts").to_equal(
        right,
        watch_for=[
            mistake("The images moved to the left.", called(lambda _, k: wide[:, :, 28 + k : 56 + k])),
            mistake("The sign of a shift is lost: all images moved to the right.",
                    called(lambda _, k: wide[:, :, 28 - abs(k) : 56 - abs(k)])),
            mistake("The images moved up or down.", called(lambda _, k: tall[:, 28 - k : 56 - k])),
            mistake("The images moved up or down.", called(lambda _, k: tall[:, 28 + k : 56 + k])),
            mistake("What left the frame came back on the other side.", called(lambda x, k: x.roll(k, 2))),
            mistake("What left the frame came back on the other side.", called(lambda x, k: x.roll(-k, 2))),
            mistake("What left the frame came back on the other side, a row further on.",
                    called(lambda _, k: flat[:, 784 - k : 1568 - k])),
            mistake("The images did not move.", called(lambda x, _: x)),
            mistake("Images end up one column too far to the right.", called(lambda _, k: wide[:, :, 27 - k : 55 - k])),
            mistake("Images end up one column too far to the left.", called(lambda _, k: wide[:, :, 29 - k : 57 - k])),
            mistake("A shift started from the images as they were moved before: start from the images given.",
                    lambda: called(after_another())()),
            mistake("The bias was left out, or the pixels were not divided by 255.",
                    torch.tensor([0.275, 0.2, 0.225, 0.125, 0.225, 0.1])),
            mistake("These are the shares of images called wrong.", lambda: 1 - right),
            mistake("The images called right were counted: divide by the number of images.", lambda: 40 * right),
            mistake("These are percentages: return fractions.", lambda: 100 * right),
        ],
        parts=("3 to the right", "2 to the left", "no shift", "5 to the left", "7 to the right", "1 to the right"),
    )  # fmt: skip


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
        parts=("no shift", "a shift of 1", "a shift of 28"),
    )
