"""Contributions and shifts, on images and weights of the grader's choice."""

import pytest
import torch

from autograder import exercise, expect, mistake
from exercises.kit.step00.data import load_digits


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


def ballot(draw, bias):
    """An image of 300 inked pixels and weights, all multiples of 1/8 so that sums are exact, no two votes alike.

    Half of the votes are for the rival; what each digit's weights share is drawn, too.
    """
    x = torch.zeros(784)
    places = draw.permutation(784)[:300]
    x[places] = draw.choice([0.5, 1.0])
    vote = torch.zeros(300)
    while vote.sum() < 40:  # so that no bias below makes another the winner, or both level
        vote = (draw.permutation(300) + 1) / 8
        vote[draw.permutation(300)[:150]] *= -1
    winner, rival, *others = draw.permutation(10).tolist()
    W = (draw.integers(-16, 17, 784) / 8).expand(10, 784).clone()
    b = torch.zeros(10)
    W[winner, places] += vote
    b[others] = -10_000.0
    if bias == "level":  # after a few pixels winner and rival are level
        votes = (x * (W[winner] - W[rival])).sort(descending=True).values
        bias = votes[: int(draw.integers(2, 20, 1))].sum() - votes.sum()
    b[winner] += bias
    return x, W, b, winner, rival


@exercise("00.deciding_pixels")
@pytest.mark.parametrize("bias", [0.0, 2.5, -0.25, 20_000.0, "level"])
def test_any_ballot(learner, reference, draw, bias):
    x, W, b, winner, rival = ballot(draw, bias)
    speaks = x * (W[winner] - W[rival])
    order = speaks.argsort(descending=True)
    right = reference.attribution.deciding_pixels(x, W, b)
    found = learner.attribution.deciding_pixels(x, W, b)
    expect((found.winner, found.rival), "winner and rival").to_match((winner, rival))
    expect(found.pixels, "the pixels").to_match(
        right.pixels,
        watch_for=[
            mistake("One pixel too few: the winner is still above the rival.", right.pixels[:-1]),
            mistake("There is one pixel too many: stop when winner and rival are level.",
                    order[: len(right.pixels) + 1]),
            mistake("All that speak for the winner are erased: stop when the rival has caught up.",
                    order[: int((speaks > 0).sum())]),
            mistake("Pixels are in the order of their places: the one that speaks most comes first.",
                    right.pixels.sort().values),
            mistake("The order is by what a pixel adds to the winner alone: it may add as much to the rival.",
                    lambda: _by(x * W[winner], speaks, right.before)),
            mistake("The order is by how much ink a pixel has.", lambda: _by(x, speaks, right.before)),
        ],
    )  # fmt: skip
    expect(found.before, "difference of the logits with all the ink").to_match(
        right.before, watch_for=[mistake("The biases are left out.", speaks.sum().item())]
    )
    expect(found.after, "difference without the ink of these pixels").to_match(right.after)


def _by(key, speaks, before):
    """The pixels when they are erased in another order."""
    order = key.argsort(descending=True)
    left = before - speaks[order].cumsum(0)
    return order[: int((left > 0).sum()) + 1]


@exercise("00.deciding_pixels")
def test_erasing_them_turns_trained_templates(learner, reference, draw):
    """On digits and templates as they come, whatever the order of nearly equal votes: the pixels are tried."""
    images, labels = load_digits()
    x = images.flatten(1).float() / 255
    W, bias = reference.softmax_regression.train_softmax_regression(x[:600], labels[:600], epochs=3)
    for image in x[600 + draw.permutation(400)[:8]]:
        found = learner.attribution.deciding_pixels(image, W, bias)
        scores = reference.softmax_regression.logits(image[None], W, bias)[0]
        winner, rival = scores.topk(2).indices.tolist()
        expect((found.winner, found.rival), "winner and rival").to_match((winner, rival))
        expect(found.before, "difference of the logits with all the ink").to_match(
            (scores[winner] - scores[rival]).item(), atol=1e-4
        )
        pixels = found.pixels
        expect(len(pixels), "number of pixels").to_match(
            len(reference.attribution.deciding_pixels(image, W, bias).pixels)
        )
        erased = image.clone()
        erased[pixels] = 0
        scores = reference.softmax_regression.logits(erased[None], W, bias)[0]
        left = (scores[winner] - scores[rival]).item()
        expect(found.after, "difference without the ink of these pixels").to_match(left, atol=1e-4)
        expect(left, "difference of the logits when these pixels are erased").to_be_at_most(1e-4)


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
