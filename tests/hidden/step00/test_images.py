"""Flattening, class means and the nearest-mean classifier, on inputs of the grader's choice."""

import torch

from autograder import exercise, expect, expect_error, mistake
from exercises.kit.step00.data import load_digits


def some_images(draw, batch):
    return draw.integers(0, 256, batch, 28, 28).to(torch.uint8)


@exercise("00.flatten_images")
def test_any_images(learner, reference, draw):
    images = some_images(draw, 5)
    expect(learner.images.flatten_images(images), "flattened images").to_match(
        reference.images.flatten_images(images),
        watch_for=[
            mistake("The pixels were not divided by 255.", images.flatten(1).float()),
            mistake("The pixels were divided by 256, not 255.", images.flatten(1).float() / 256),
            mistake("The columns were laid out one after another, not the rows.", images.mT.flatten(1).float() / 255),
        ],
    )


@exercise("00.flatten_images")
def test_dark_images_are_not_stretched(learner, reference, draw):
    images = some_images(draw, 3) // 4
    expect(learner.images.flatten_images(images), "flattened dark images").to_match(
        reference.images.flatten_images(images)
    )


@exercise("00.flatten_images")
def test_every_other_layout_is_refused(learner, draw):
    for shape in ((28, 28, 5), (28, 28), (2, 1, 28, 28), (4, 784), (7, 14, 56)):
        with expect_error(ValueError):
            learner.images.flatten_images(draw.integers(0, 256, *shape).to(torch.uint8))


@exercise("00.flatten_images")
def test_every_other_dtype_is_refused(learner, draw):
    for dtype in (torch.float32, torch.float64, torch.int64):
        with expect_error(ValueError):
            learner.images.flatten_images(some_images(draw, 2).to(dtype))


@exercise("00.class_means")
def test_any_images_of_uneven_classes(learner, reference, draw):
    x, labels = draw.uniform(60, 784), draw.integers(0, 10, 60)
    labels[:20] = 7
    expect(learner.images.class_means(x, labels), "class means").to_match(
        reference.images.class_means(x, labels), atol=1e-5
    )


@exercise("00.class_means")
def test_classes_that_do_not_occur(learner, reference, draw):
    x, labels = draw.uniform(12, 784), 3 * draw.integers(0, 3, 12)
    expect(learner.images.class_means(x, labels), "class means when several digits do not occur").to_match(
        reference.images.class_means(x, labels), atol=1e-5
    )


@exercise("00.nearest_mean_accuracy")
def test_any_noisy_images(learner, reference, draw):
    means, labels = draw.uniform(10, 784), draw.integers(0, 10, 120)
    x = means[labels] + 3.5 * draw.normal(120, 784)  # about two thirds are nearest to their own mean
    expect(learner.images.nearest_mean_accuracy(x, labels, means), "accuracy of the nearest mean").to_match(
        reference.images.nearest_mean_accuracy(x, labels, means), atol=1.5 / 120
    )


@exercise("00.nearest_mean_accuracy")
def test_real_digits(learner, reference, checkpoints):
    images, labels = load_digits()
    x = reference.images.flatten_images(images)
    means = reference.images.class_means(x[:1000], labels[:1000])
    expect(
        learner.images.nearest_mean_accuracy(x[1000:], labels[1000:], means), "accuracy on real digits"
    ).to_equal_checkpoint(checkpoints["digits_nearest_mean_accuracy"])


@exercise("00.nearest_mean_accuracy")
def test_means_of_very_different_sizes(learner, reference, draw):
    means = draw.uniform(10, 784) * torch.linspace(0.1, 2, 10)[:, None]
    labels = draw.integers(0, 10, 80)
    x = means[labels] + 0.3 * draw.normal(80, 784)
    by_dot_product = ((x @ means.T).argmax(1) == labels).float().mean().item()
    expect(learner.images.nearest_mean_accuracy(x, labels, means), "accuracy when some means are darker").to_match(
        reference.images.nearest_mean_accuracy(x, labels, means),
        atol=1.5 / 80,
        watch_for=[mistake("The mean with the largest dot product was chosen, not the nearest.", by_dot_product)],
    )


@exercise("00.nearest_mean_accuracy")
def test_squares_count_not_absolute_differences(learner, draw):
    """One big difference against many small ones: the two distances disagree on every image."""
    means = torch.full((10, 784), 3.0)
    means[2], means[5] = 0, 0
    means[2, :25] = 0.3  # distance 1.5, absolute differences 7.5
    means[5, 700] = 2.5  # distance 2.5, absolute differences 2.5
    x = 0.001 * draw.uniform(20, 784)
    labels = torch.full((20,), 2)
    labels[:5] = 5
    expect(learner.images.nearest_mean_accuracy(x, labels, means), "accuracy").to_equal(0.75, atol=1e-6)
