"""Images become vectors, and averages of images already classify."""

import torch

from autograder import exercise, expect, expect_error, mistake


def blank(count: int = 1) -> torch.Tensor:
    return torch.zeros(count, 28, 28, dtype=torch.uint8)


@exercise("00.flatten_images")
def test_paper_is_0_and_ink_is_1(learner):
    images = torch.stack([blank()[0], torch.full((28, 28), 255, dtype=torch.uint8)])
    expected = torch.stack([torch.zeros(784), torch.ones(784)])
    expect(learner.images.flatten_images(images), "a white image and a black one").to_equal(expected)


@exercise("00.flatten_images")
def test_grey_values_are_fractions_of_255(learner):
    images = blank()
    images[0, 0, :3] = torch.tensor([51, 102, 254], dtype=torch.uint8)
    expected = torch.zeros(1, 784)
    expected[0, :3] = torch.tensor([51, 102, 254]) / 255
    expect(learner.images.flatten_images(images), "grey values 51, 102 and 254").to_equal(expected, rtol=1e-6)


@exercise("00.flatten_images")
def test_pixels_go_row_after_row(learner):
    images = blank()
    images[0, 2, 5] = 255  # third row, sixth column
    expected = torch.zeros(1, 784)
    expected[0, 2 * 28 + 5] = 1
    by_columns = torch.zeros(1, 784)
    by_columns[0, 5 * 28 + 2] = 1
    expect(learner.images.flatten_images(images), "one pixel at row 2, column 5").to_equal(
        expected,
        watch_for=[mistake("The columns of the image were laid out one after another, not its rows.", by_columns)],
    )


@exercise("00.flatten_images")
def test_images_on_the_last_axis_are_refused(learner):
    with expect_error(ValueError, mentions="28"):
        learner.images.flatten_images(torch.zeros(28, 28, 3, dtype=torch.uint8))


@exercise("00.flatten_images")
def test_floats_are_refused_since_they_may_have_been_scaled_already(learner):
    with expect_error(ValueError, mentions="float32"):
        learner.images.flatten_images(torch.zeros(3, 28, 28))


@exercise("00.class_means")
def test_the_mean_is_over_the_images_of_the_class(learner):
    x = torch.zeros(4, 784)
    x[:, 0] = torch.tensor([0.2, 0.4, 0.9, 1.0])
    means = torch.zeros(10, 784)
    means[[3, 7], 0] = torch.tensor([0.5, 1.0])  # (0.2 + 0.4 + 0.9) / 3, and 1.0 / 1
    expect(learner.images.class_means(x, torch.tensor([3, 3, 3, 7])), "means of three 3s and a 7").to_equal(
        means,
        watch_for=[
            mistake(
                "Each class was divided by the number of all images, not its own.",
                means * torch.tensor([1, 1, 1, 3 / 4, 1, 1, 1, 1 / 4, 1, 1])[:, None],
            )
        ],
    )


@exercise("00.class_means")
def test_a_digit_without_images_has_a_mean_of_zeros(learner):
    x = torch.ones(2, 784)
    means = learner.images.class_means(x, torch.tensor([0, 9]))
    expect(means, "means when only 0 and 9 occur").to_be_finite()
    expect(means[1:9], "means of the digits 1 to 8, which do not occur").to_equal(torch.zeros(8, 784))


@exercise("00.nearest_mean_accuracy")
def test_images_equal_to_their_means_are_all_right(learner):
    means = torch.eye(10, 784)
    expect(learner.images.nearest_mean_accuracy(means, torch.arange(10), means), "accuracy").to_equal(1.0)


@exercise("00.nearest_mean_accuracy")
def test_a_quarter_right_is_one_quarter(learner):
    means = torch.eye(10, 784)
    labels = torch.tensor([0, 5, 5, 5])  # the images are the means of 0, 1, 2 and 3
    expect(learner.images.nearest_mean_accuracy(means[:4], labels, means), "accuracy").to_equal(0.25)


@exercise("00.nearest_mean_accuracy")
def test_six_amounts_of_noise(learner):
    """60 noisy images at a time; the means are darker from digit to digit."""
    generator, found = torch.Generator().manual_seed(0), []
    means = torch.rand(10, 784, generator=generator) * torch.linspace(0.5, 1.5, 10)[:, None]
    for noise in (2.0, 2.7, 3.4, 4.3, 5.2, 7.5):
        labels = torch.randint(0, 10, (60,), generator=generator)
        x = means[labels] + noise * torch.randn(60, 784, generator=generator)
        found.append(learner.images.nearest_mean_accuracy(x, labels, means))
    right = [0.9666666, 0.9, 0.8, 0.7833334, 0.5833333, 0.4]  # by the course's solution
    expect(found, "accuracy at six amounts of noise").to_equal(
        right,
        watch_for=[
            mistake("The mean with the largest dot product was chosen, not the nearest.",
                    [0.3, 0.3333333, 0.3666667, 0.3833333, 0.2833333, 0.35]),
            mistake("The mean with the largest cosine was chosen, not the nearest.",
                    [0.9333333, 0.85, 0.7166666, 0.7333333, 0.5, 0.35]),
            mistake("Distance was measured by absolute differences, not squares.",
                    [0.95, 0.8166667, 0.6333333, 0.55, 0.3833333, 0.3833333]),
            mistake("Distance was measured by the largest difference, not by squares.",
                    [0.2, 0.1166667, 0.1666667, 0.1333333, 0.1, 0.1833333]),
            mistake("These are the images called wrong: the share of right ones is asked.",
                    lambda: [1 - share for share in right]),
            mistake("The images called right were counted: divide by the number of images.",
                    lambda: [60 * share for share in right]),
            mistake("The images called right were divided by the number of digits: divide by that of images.",
                    lambda: [6 * share for share in right]),
            mistake("These are percentages: return fractions.", lambda: [100 * share for share in right]),
        ],
    )  # fmt: skip


@exercise("00.nearest_mean_accuracy")
def test_nearest_is_a_distance_not_a_dot_product(learner):
    means = 9 * torch.eye(10, 784)
    means[0], means[1] = 0, 0
    means[0, 0], means[1, 0] = 1, 5
    x = torch.zeros(1, 784)
    x[0, 0] = 2  # distance 1 to the mean of 0, distance 3 to the mean of 1
    expect(learner.images.nearest_mean_accuracy(x, torch.tensor([0]), means), "accuracy").to_equal(
        1.0, watch_for=[mistake("The mean with the largest dot product was chosen, not the nearest.", 0.0)]
    )


@exercise("00.nearest_mean_accuracy")
def test_the_distance_is_euclidean(learner):
    means = 9 * torch.eye(10, 784)
    means[0], means[1] = 0, 0
    means[0, :2], means[1, 0] = 1, 1.6  # from x = 0: √2 < 1.6 although 1 + 1 > 1.6
    expect(learner.images.nearest_mean_accuracy(torch.zeros(1, 784), torch.tensor([0]), means), "accuracy").to_equal(
        1.0, watch_for=[mistake("Distance was measured by absolute differences, not squares.", 0.0)]
    )


@exercise("00.nearest_mean_accuracy")
def test_of_equally_near_means_the_lowest_digit_wins(learner):
    means = 9 * torch.eye(10, 784)
    means[4] = means[6]
    expect(learner.images.nearest_mean_accuracy(means[6:7], torch.tensor([4]), means), "accuracy").to_equal(1.0)
