"""Templates, the gauge, and the agreement with class means, on weights of the grader's choice."""

import torch

from autograder import exercise, expect, mistake
from exercises.kit.step00.data import load_digits


@exercise("00.templates")
def test_any_weights(learner, reference, draw):
    W = draw.normal(10, 784) + 2 * draw.normal(784)
    T = reference.templates.templates(W)
    expect(learner.templates.templates(W), "templates").to_match(
        T,
        atol=1e-5,
        watch_for=[
            mistake("The weights were not centred over classes.", W.reshape(10, 28, 28)),
            mistake("Each row's own mean was subtracted; subtract the mean over the ten classes.",
                    (W - W.mean(1, keepdim=True)).reshape(10, 28, 28)),
            mistake("The pictures are transposed: rows and columns are swapped.", T.mT),
            mistake("The templates were divided by their standard deviation over classes.",
                    T / W.std(0).reshape(28, 28)),
        ],
    )  # fmt: skip


@exercise("00.templates")
def test_contrast_is_kept(learner, reference, draw):
    W = draw.normal(10, 784) * 7
    expect(learner.templates.templates(W), "templates of large weights").to_match(
        reference.templates.templates(W), atol=1e-4
    )


@exercise("00.gauge_shift")
def test_any_shift(learner, reference, draw):
    x, W, bias = draw.uniform(9, 784), draw.normal(10, 784) / 14, draw.normal(10)
    v = draw.normal(784) / 5
    shifted, logit_change, _ = reference.templates.gauge_shift(x, W, bias, v)
    got, got_logit_change, got_probability_change = learner.templates.gauge_shift(x, W, bias, v)
    expect(got, "shifted weights").to_match(shifted)
    expect(got_logit_change, "largest absolute change of a logit").to_match(logit_change, atol=1e-4)
    expect(got_probability_change, "largest change of a probability").to_be_within(0.0, 1e-4)


@exercise("00.gauge_shift")
def test_downward_shifts_count_by_size(learner, draw):
    x, W, bias = draw.uniform(4, 784), draw.normal(10, 784) / 14, draw.normal(10)
    v = -draw.uniform(784, low=0.01, high=0.02)
    _, logit_change, probability_change = learner.templates.gauge_shift(x, W, bias, v)
    expect(logit_change, "largest absolute change of a logit").to_equal((x @ v).abs().max().item(), atol=1e-4)
    expect(probability_change, "largest change of a probability").to_be_within(0.0, 1e-4)


@exercise("00.template_mean_correlation")
def test_any_weights_and_means(learner, reference, draw):
    means = draw.uniform(10, 784) + draw.uniform(784)
    W = means - means.mean(0) + 0.3 * draw.normal(10, 784) + draw.normal(784)
    correlation = reference.templates.template_mean_correlation(W, means)
    expect(learner.templates.template_mean_correlation(W, means), "correlations").to_match(
        correlation,
        atol=1e-4,
        watch_for=[
            mistake("Neither side was centred over classes.", _pearson(W, means)),
            mistake("Only the weights were centred over classes.", _pearson(W - W.mean(0), means)),
            mistake("Only the means were centred over classes.", _pearson(W, means - means.mean(0))),
        ],
    )


@exercise("00.template_mean_correlation")
def test_a_brighter_or_fainter_class_is_not_a_better_one(learner, reference, draw):
    """Rows with large offsets over pixels: a cosine would be near 1 for them, Pearson's correlation is not."""
    means, W = draw.uniform(10, 784), draw.uniform(10, 784)
    offsets = 3 * draw.normal(10, 1)
    expect(learner.templates.template_mean_correlation(W + offsets, means + offsets), "correlations").to_match(
        reference.templates.template_mean_correlation(W, means), atol=1e-4
    )


@exercise("00.template_mean_correlation")
def test_the_first_step_from_zeros_draws_the_class_means(learner):
    """On equally many images of each class, dW from zeros is a multiple of the centred class means."""
    images, labels = load_digits()
    balanced = torch.cat([(labels == c).nonzero()[:100, 0] for c in range(10)])
    x, y = images[balanced].flatten(1).float() / 255, labels[balanced]
    means = torch.stack([x[y == c].mean(0) for c in range(10)])
    first_step = (torch.nn.functional.one_hot(y, 10).float() - 0.1).T @ x
    expect(
        learner.templates.template_mean_correlation(first_step, means), "correlation after one step from zeros"
    ).to_equal(torch.ones(10), atol=1e-3)


@exercise("00.template_mean_correlation")
def test_trained_templates_look_like_the_class_means(learner, reference, checkpoints):
    images, labels = load_digits()
    x, labels = reference.images.flatten_images(images[:1000]), labels[:1000]
    W, _ = reference.softmax_regression.train_softmax_regression(x, labels)
    correlation = learner.templates.template_mean_correlation(W, reference.images.class_means(x, labels))
    expect(correlation, "correlations of templates trained on digits").to_equal_checkpoint(
        checkpoints["digits_template_mean_correlation"]
    )


def _pearson(a, b):
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return torch.cosine_similarity(a, b, dim=1)
