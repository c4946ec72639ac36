"""Bonus: weight decay and sharpness, and a push shaped like a template."""

import torch

from autograder import exercise, expect, mistake


def small_problem(batch: int = 6):
    x = torch.rand(batch, 784, generator=torch.Generator().manual_seed(0))
    return x, torch.arange(batch) % 10


def full_batch(x, labels, weight_decay, steps, learning_rate):
    """Gradient descent on everything at once, by autograd."""
    W, bias = torch.zeros(10, 784, requires_grad=True), torch.zeros(10, requires_grad=True)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(x @ W.T + bias, labels) + weight_decay / 2 * W.square().sum()
        dW, dbias = torch.autograd.grad(loss, (W, bias))
        with torch.no_grad():
            W -= learning_rate * dW
            bias -= learning_rate * dbias
    return W.detach(), bias.detach()


@exercise("00.train_with_weight_decay")
def test_two_steps_on_everything_agree_with_autograd(learner):
    x, labels = small_problem()
    W, bias = learner.bonus.train_with_weight_decay(x, labels, 0.5, epochs=2, batch_size=6, learning_rate=0.2, seed=0)
    expected_W, expected_bias = full_batch(x, labels, 0.5, 2, 0.2)
    expect(W, "W after two steps").to_equal(
        expected_W,
        atol=1e-6,
        watch_for=[
            mistake("The decay is twice too strong: the gradient of ½‖W‖² is W, not 2W.",
                    full_batch(x, labels, 1.0, 2, 0.2)[0]),
            mistake("The weights do not decay.", full_batch(x, labels, 0.0, 2, 0.2)[0]),
            mistake("The weights grow where they should decay.", full_batch(x, labels, -0.5, 2, 0.2)[0]),
            mistake("The step is not scaled by the learning rate.", full_batch(x, labels, 0.5, 2, 1.0)[0]),
        ],
    )  # fmt: skip
    expect(bias, "bias after two steps, without decay").to_equal(expected_bias, atol=1e-6)


@exercise("00.train_with_weight_decay")
def test_more_decay_means_smaller_weights(learner):
    x, labels = small_problem(20)
    norms = [
        learner.bonus.train_with_weight_decay(x, labels, decay, epochs=5, batch_size=5, learning_rate=0.1, seed=0)[
            0
        ].norm()
        for decay in (0.0, 0.1, 1.0)
    ]
    expect(bool(norms[0] > 1.02 * norms[1] and norms[1] > 1.3 * norms[2]), "norms of W").to_be_true(
        "The norm of W should fall as the decay grows."
    )


@exercise("00.roughness")
def test_flat_pictures_are_smooth_and_blank_ones_too(learner):
    expect(learner.bonus.roughness(torch.stack([torch.ones(28, 28), torch.zeros(28, 28)])), "roughness").to_equal(
        torch.zeros(2), parts=("a flat picture", "a blank one")
    )


@exercise("00.roughness")
def test_one_lit_pixel_differs_from_four_neighbours_or_two_in_a_corner(learner):
    images = torch.zeros(2, 28, 28)
    images[0, 10, 10], images[1, 0, 0] = 3, -3
    expect(learner.bonus.roughness(images), "roughness of a single pixel inside and in the corner").to_equal(
        torch.tensor([4.0, 2.0]), parts=("inside", "in the corner")
    )


@exercise("00.roughness")
def test_six_pictures_of_noise_and_of_clouds(learner):
    """Noise, smoothed more and more, downwards more than sideways, and of other contrasts; none is 0 at the edges."""
    images = torch.randn(6, 28, 28, generator=torch.Generator().manual_seed(0))
    for i in range(1, 6):
        for _ in range(i):
            images[i:] = (images[i:] + images[i:].roll(1, 1)) / 2
        images[i] = 0.6 * images[i] + 0.4 * images[i].roll(1, 1)
    images = images * torch.tensor([1.0, 3, 0.2, 7, 0.05, 2])[:, None, None] + torch.linspace(0, 0.1, 6)[:, None, None]
    right = torch.tensor([3.865127, 1.988893, 1.277474, 1.303384, 0.03511797, 1.015942])  # by the course's solution
    size = images.square().sum((1, 2))
    down, sideways = (images.diff(dim=axis).square().sum((1, 2)) for axis in (1, 2))
    wrapped = sum((images - images.roll(1, axis)).square().sum((1, 2)) for axis in (1, 2))
    diagonal = (images[:, 1:, 1:] - images[:, :-1, :-1]).square().sum((1, 2))
    sizes = sum(images.diff(dim=axis).abs().sum((1, 2)) for axis in (1, 2))
    expect(learner.bonus.roughness(images), "roughness of six pictures").to_equal(
        right,
        watch_for=[
            mistake("Only sideways neighbours were compared.", sideways / size),
            mistake("Only neighbours above each other were compared.", down / size),
            mistake("Pixels at one edge were compared with those at the other.", wrapped / size),
            mistake("Neighbours along a diagonal were compared.", diagonal / size),
            mistake("The differences were not squared.", sizes / images.abs().sum((1, 2))),
            mistake("The differences were not squared.", sizes / size),
            mistake("It was not divided by the sum of squared pixels.", down + sideways),
            mistake("It was divided by the number of pixels: divide by the sum of squared pixels.",
                    (down + sideways) / 784),
            mistake("It was divided by the mean of squared pixels: divide by their sum.", lambda: 784 * right),
            mistake("The squared differences were averaged: add them up.", (down + sideways) / 756 / size),
            mistake("It was divided by the variance: the pixels are not centred.",
                    (down + sideways) / (images - images.mean((1, 2), keepdim=True)).square().sum((1, 2))),
            mistake("It was divided by the root of the sum of squares.", (down + sideways) / size.sqrt()),
            mistake("The root was taken.", lambda: right.sqrt()),
            mistake("Every neighbour was counted from both sides.", lambda: 2 * right),
        ],
    )  # fmt: skip


def two_templates():
    W = torch.zeros(10, 784)
    W[0, :2] = torch.tensor([1.0, 0.0])
    W[1, :2] = torch.tensor([0.0, 2.0])
    return W, torch.zeros(10)


@exercise("00.adversarial_nudge")
def test_the_nudge_is_a_difference_of_templates_and_just_long_enough(learner):
    """Logits 1 and 0; direction (−1, 2), squared length 5; gap 1 and margin 0.3."""
    x = torch.zeros(784)
    x[0] = 1
    expected, direction = torch.zeros(784), torch.zeros(784)
    expected[0], expected[1] = 1 - 1.3 / 5, 2 * 1.3 / 5
    direction[0], direction[1] = -1, 2
    expect(learner.bonus.adversarial_nudge(x, *two_templates(), 1, 0.3), "nudged image").to_equal(
        expected,
        atol=1e-6,
        watch_for=[
            mistake("The image comes back as it was.", x),
            mistake("The nudge goes the wrong way.", 2 * x - expected),
            mistake("The margin is left out.", x + 1 / 5 * direction),
            mistake("The nudge makes up for the margin alone, and not for the gap between the logits.",
                    x + 0.3 / 5 * direction),
            mistake("The nudge is not divided by the squared length of its direction.", x + 1.3 * direction),
            mistake("The nudge is divided by the length of its direction where the square is needed.",
                    x + 1.3 / 5**0.5 * direction),
        ],
    )  # fmt: skip


@exercise("00.adversarial_nudge")
def test_an_image_that_is_already_there_stays(learner):
    x = torch.zeros(784)
    x[1] = 0.3
    expect(learner.bonus.adversarial_nudge(x, *two_templates(), 1), "image already called 1").to_equal(x)
