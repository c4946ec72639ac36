"""The weights, looked at: what is shared by all classes is taken away, and the rest looks like the digits."""

import torch

from autograder import exercise, expect, mistake


def some_weights(seed: int = 0) -> torch.Tensor:
    return torch.randn(10, 784, generator=torch.Generator().manual_seed(seed)) + 0.5


@exercise("00.templates")
def test_a_template_says_how_a_class_differs_from_the_average_class(learner):
    """Only class 0 has a weight at row 1, column 2: 10. Averaged over classes that is 1."""
    W = torch.zeros(10, 784)
    W[0, 1 * 28 + 2] = 10
    expected = torch.zeros(10, 28, 28)
    expected[:, 1, 2] = -1
    expected[0, 1, 2] = 9
    by_pixels = (W - W.mean(1, keepdim=True)).reshape(10, 28, 28)
    expect(learner.templates.templates(W), "templates of one weight").to_equal(
        expected,
        watch_for=[
            mistake("The weights were not centred.", W.reshape(10, 28, 28)),
            mistake(
                "Each row's mean over its pixels was subtracted; subtract the mean over the ten classes.", by_pixels
            ),
            mistake("The pictures are transposed: rows and columns are swapped.", expected.transpose(1, 2)),
        ],
    )


@exercise("00.templates")
def test_every_pixel_sums_to_zero_over_classes(learner):
    W = some_weights()
    T = learner.templates.templates(W)
    expect(T, "templates").to_have_shape(10, 28, 28)
    expect(T.sum(0), "sum of the ten templates").to_equal(torch.zeros(28, 28), atol=1e-4)
    expect(T[0] - T[9], "template 0 minus template 9").to_equal((W[0] - W[9]).reshape(28, 28), atol=1e-5)


@exercise("00.templates")
def test_what_all_classes_share_leaves_no_trace(learner):
    W = some_weights()
    shared = some_weights(1)[0]
    expect(learner.templates.templates(W + shared), "templates after adding one vector to all rows").to_equal(
        (W - W.mean(0)).reshape(10, 28, 28), atol=1e-5
    )


@exercise("00.templates")
def test_differences_between_classes_are_kept(learner):
    W = some_weights()
    T = learner.templates.templates(W)
    expect(T[3] - T[8], "template 3 minus template 8").to_equal((W[3] - W[8]).reshape(28, 28), atol=1e-5)


@exercise("00.gauge_shift")
def test_every_row_gets_the_vector(learner):
    W, v = some_weights(), some_weights(1)[0]
    shifted, _, _ = learner.templates.gauge_shift(torch.rand(2, 784), W, torch.zeros(10), v)
    expect(shifted, "shifted weights").to_equal(W + v)


@exercise("00.gauge_shift")
def test_logits_move_but_probabilities_do_not(learner):
    """v is −2 at one pixel, so the image with ink 0.5 there has all its logits lowered by 1."""
    x, v = torch.zeros(2, 784), torch.zeros(784)
    x[0, 5], v[5] = 0.5, -2
    _, logit_change, probability_change = learner.templates.gauge_shift(x, some_weights(), torch.arange(10.0), v)
    expect(logit_change, "largest absolute change of a logit").to_equal(
        1.0,
        atol=1e-5,
        watch_for=[
            mistake("The sign of the change was kept: take absolute values first.", 0.0),
            mistake("The average change was returned, not the largest.", 0.5),
        ],
    )
    expect(probability_change, "largest change of a probability").to_be_within(0.0, 1e-5)


@exercise("00.gauge_shift")
def test_the_largest_change_of_a_logit_in_six_batches(learner):
    """Three images each. v speaks against some of them: there the largest change is downwards."""
    generator, found, changes = torch.Generator().manual_seed(0), [], []
    for size in (1.0, 0.7, 1.9, 1.3, 0.4, 2.6):
        x, v = torch.rand(3, 784, generator=generator), size * torch.randn(784, generator=generator) / 10
        bias = torch.randn(10, generator=generator)
        found.append(learner.templates.gauge_shift(x, some_weights(), bias, v)[1])
        changes.append(x @ v)
    change = torch.stack(changes)  # by how much all ten logits of an image move
    logit = change[:, :, None] + torch.zeros(10)
    expect(found, "largest absolute change of a logit, in six batches").to_equal(
        [1.442795, 1.029129, 2.595337, 4.72522, 0.6763, 3.578003],  # by the course's solution
        watch_for=[
            mistake("The sign of the change was kept: take absolute values first.", change.amax(1).tolist()),
            mistake("The sign of the change was kept: the largest of all in size is asked, without its sign.",
                    change.gather(1, change.abs().argmax(1, keepdim=True))[:, 0].tolist()),
            mistake("The average change was returned, not the largest.", change.abs().mean(1).tolist()),
            mistake("The average change was returned, not the largest.", change.mean(1).abs().tolist()),
            mistake("The changes were added up: the largest is asked.", logit.abs().sum((1, 2)).tolist()),
            mistake("The length of the change was taken: the largest is asked.", logit.flatten(1).norm(dim=1).tolist()),
            mistake("Only the first image was looked at.", change[:, 0].abs().tolist()),
            mistake("The smallest change was taken.", change.abs().amin(1).tolist()),
            mistake("The change was squared.", change.square().amax(1).tolist()),
        ],
    )  # fmt: skip


@exercise("00.template_mean_correlation")
def test_weights_that_are_the_means_correlate_perfectly(learner):
    means = some_weights()
    expect(
        learner.templates.template_mean_correlation(means, means), "correlation of the means with themselves"
    ).to_equal(torch.ones(10), atol=1e-5)


@exercise("00.template_mean_correlation")
def test_negatives_correlate_at_minus_one(learner):
    means = some_weights()
    expect(learner.templates.template_mean_correlation(-3 * means, means), "correlation of −3 × the means").to_equal(
        -torch.ones(10), atol=1e-5
    )


@exercise("00.template_mean_correlation")
def test_what_all_classes_share_does_not_count(learner):
    """Classes 0 to 4 have ink where the others have none, above a smear that all ten share."""
    smear = torch.linspace(0, 5, 784)
    own = torch.zeros(10, 784)
    own[:5, :392] = 1
    other = torch.zeros(10, 784)
    other[:5, :392] = 1
    other[:5, 392:] = 2  # the same classes, with more in the other half of the image
    correlation = learner.templates.template_mean_correlation(own + smear, other + smear)
    expect(correlation, "correlation of ink above with more ink below").to_equal(
        -torch.ones(10),
        atol=1e-4,
        watch_for=[
            mistake(
                "Centre the weights and the means over the ten classes before you correlate.",
                lambda: _pearson(own + smear, other + smear),
            ),
            mistake(
                "That is a cosine: for Pearson's correlation subtract each row's mean over pixels too.",
                torch.full((10,), 5**-0.5),
            ),
        ],
    )


def _pearson(a, b):
    return torch.stack([torch.corrcoef(torch.stack(rows))[0, 1] for rows in zip(a, b, strict=True)])
