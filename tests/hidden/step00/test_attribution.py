"""Contributions and shifts, on images and weights of the grader's choice."""

import torch

from autograder import exercise, expect, mistake


@exercise("00.pixel_contributions")
def test_any_image(learner, reference, draw):
    x, W = draw.uniform(784), draw.normal(10, 784) + 0.5
    contributions = reference.attribution.pixel_contributions(x, W)
    expect(learner.attribution.pixel_contributions(x, W), "contributions").to_match(
        contributions,
        watch_for=[
            mistake("The weights were centred: use W as it is.", ((W - W.mean(0)) * x).reshape(10, 28, 28)),
            mistake("The pictures are transposed: rows and columns are swapped.", contributions.mT),
        ],
    )


@exercise("00.shift_accuracy")
def test_any_images_and_shifts(learner, reference, draw):
    """The labels are what the reference predicts at one of the shifts, so that the accuracies differ."""
    images = draw.integers(0, 256, 50, 28, 28).to(torch.uint8)
    W, bias = draw.normal(10, 784) / 14, draw.normal(10) / 2
    k = draw.choice([2, 3, 5])
    moved = torch.zeros_like(images)
    moved[:, :, k:] = images[:, :, :-k]
    labels = reference.softmax_regression.logits(moved.flatten(1).float() / 255, W, bias).argmax(1)
    shifts = [0, k, -k, 1, 28, -28, -9]
    accuracies = reference.attribution.shift_accuracy(images, labels, W, bias, shifts)
    order = [0, 2, 1, 3, 5, 4, 6]
    expect(learner.attribution.shift_accuracy(images, labels, W, bias, shifts), "accuracy at each shift").to_match(
        accuracies,
        atol=1.5 / 50,
        watch_for=[
            mistake("The images moved to the left for positive shifts.", accuracies[order]),
            mistake("These are percentages: return fractions.", accuracies * 100),
        ],
    )


@exercise("00.shift_accuracy")
def test_rows_stay_where_they_are(learner, reference, draw):
    """Bars in single rows: sideways moves leave most of them in place, up and down moves would not."""
    images = torch.zeros(10, 28, 28, dtype=torch.uint8)
    rows = 2 + 2 * draw.permutation(10)
    images[torch.arange(10), rows, 6:20] = 200
    W = images.flatten(1).float() / 255
    shifts = [1, -4, 6]
    expect(
        learner.attribution.shift_accuracy(images, torch.arange(10), W, torch.zeros(10), shifts), "accuracy"
    ).to_equal(torch.ones(3))


@exercise("00.shift_accuracy")
def test_edges_are_filled_with_paper(learner, reference, draw):
    """Only ink at the edges could change the prediction, and none may appear there."""
    images = torch.zeros(12, 28, 28, dtype=torch.uint8)
    images[:, :, 24:] = draw.integers(100, 256, 12, 28, 4).to(torch.uint8)
    W = torch.zeros(10, 784)
    W[1].view(28, 28)[:, :8] = 1
    bias = torch.zeros(10)
    bias[0] = 0.05
    shifts = [1, 4, 6]
    expect(
        learner.attribution.shift_accuracy(images, torch.zeros(12, dtype=torch.int64), W, bias, shifts), "accuracy"
    ).to_equal(torch.ones(3))
