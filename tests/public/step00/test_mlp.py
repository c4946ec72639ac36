"""A hidden layer: better, messier, and linear one image at a time."""

import pytest
import torch
from torch.nn.functional import linear

from autograder import exercise, expect, mistake
from exercises.kit.step00.data import load_digits


@pytest.fixture(scope="module")
def digits():
    """500 handwritten digits to train on and 1,297 others."""
    images, labels = load_digits()
    x = images.flatten(1).float() / 255
    return x[:500], labels[:500], x[500:], labels[500:]


def forward(x, W1, b1, W2, b2):
    return linear(linear(x, W1, b1).relu(), W2, b2)


def two_units():
    """Unit 0 sees pixel 0, unit 1 sees the lack of it; unit 0 speaks for class 0 and unit 1 for class 1."""
    W1, b1 = torch.zeros(2, 784), torch.tensor([0.0, 0.25])
    W1[0, 0], W1[1, 0] = 2, -1
    W2, b2 = torch.zeros(10, 2), torch.zeros(10)
    W2[0, 0], W2[1, 1], b2[9] = 3, 4, -5
    return W1, b1, W2, b2


@exercise("00.mlp_logits")
def test_a_unit_below_zero_is_silent(learner):
    x = torch.zeros(2, 784)
    x[1, 0] = 1
    W1, b1, W2, b2 = two_units()
    b2[8] = 2  # so that a ReLU at the end is not the same as leaving b2 out
    expected = torch.zeros(2, 10)
    expected[:, 8:] = torch.tensor([2.0, -5.0])
    expected[0, 1] = 4 * 0.25  # no ink: unit 1 is at its bias
    expected[1, 0] = 3 * 2.0  # ink: unit 0 fires, unit 1 would be at −0.75
    without_relu = expected.clone()
    without_relu[1, 1] = 4 * -0.75
    expect(learner.mlp.mlp_logits(x, W1, b1, W2, b2), "logits without and with ink").to_equal(
        expected,
        watch_for=[
            mistake("The hidden layer has no ReLU.", without_relu),
            mistake("The logits went through a ReLU too: only the hidden layer does.", expected.relu()),
            mistake("b2 was left out.", expected - b2),
        ],
    )


@exercise("00.train_mlp")
def test_shapes_follow_from_the_number_of_hidden_units(learner, digits):
    x, labels, _, _ = digits
    W1, b1, W2, b2 = learner.mlp.train_mlp(x[:20], labels[:20], hidden=7, epochs=1, batch_size=10, seed=0)
    expect(W1, "W1").to_have_shape(7, 784)
    expect(b1, "b1").to_have_shape(7)
    expect(W2, "W2").to_have_shape(10, 7)
    expect(b2, "b2").to_have_shape(10)
    for name, weights in (("W1", W1), ("b1", b1), ("W2", W2), ("b2", b2)):
        expect(weights, name).to_be_finite()


@exercise("00.train_mlp")
def test_start_and_order_depend_on_the_seed_alone(learner, digits):
    x, labels, _, _ = digits
    first, again, other = (
        learner.mlp.train_mlp(x[:20], labels[:20], epochs=1, batch_size=10, seed=seed)[0] for seed in (1, 1, 2)
    )
    expect(again, "W1 when trained again with the same seed").to_equal(first, atol=1e-5)
    expect(bool((first - other).abs().max() > 1e-3), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the first weights from `seed`."
    )


@exercise("00.train_mlp")
def test_it_learns_to_read(learner, digits):
    x, labels, x_new, labels_new = digits
    weights = learner.mlp.train_mlp(x, labels, hidden=32, epochs=10, batch_size=50, learning_rate=5e-3, seed=0)
    logits = forward(x, *weights)
    accuracy = (logits.argmax(1) == labels).float().mean().item()
    accuracy_new = (forward(x_new, *weights).argmax(1) == labels_new).float().mean().item()
    expect(accuracy, "accuracy on the 500 training digits").to_be_at_least(
        0.93, idle=("guessing among ten digits", 0.1)
    )
    expect(torch.nn.functional.cross_entropy(logits, labels), "loss on the 500 training digits").to_be_at_most(0.23)
    expect(accuracy_new, "accuracy on 1,297 other digits").to_be_at_least(0.80)


@exercise("00.first_layer_filters")
def test_the_rows_of_W1_are_pictures(learner):
    W1 = torch.arange(3 * 784.0).reshape(3, 784)
    filters = learner.mlp.first_layer_filters(W1)
    expect(filters, "filters of three hidden units").to_equal(
        W1.reshape(3, 28, 28),
        watch_for=[
            mistake(
                "The average filter was subtracted: hidden units have no gauge to remove.",
                (W1 - W1.mean(0)).reshape(3, 28, 28),
            )
        ],
    )


def every_class_twice():
    return torch.arange(10).repeat(2)


@exercise("00.class_selectivity")
def test_a_unit_for_one_class_is_fully_selective(learner):
    labels = every_class_twice()
    on_for_4, off_for_4 = (labels == 4).float(), (labels != 4).float()
    selectivity = learner.mlp.class_selectivity(torch.stack([on_for_4, 5 - 3 * on_for_4, off_for_4], 1), labels)
    expect(selectivity, "selectivity of units that are on, or off, for one class").to_equal(
        torch.ones(3),
        atol=1e-5,
        watch_for=[mistake("The factor 0.9 is missing.", torch.full((3,), 0.9))],
        parts=("on for one class", "lower for one class", "off for one class"),
    )


@exercise("00.class_selectivity")
def test_a_unit_for_half_of_the_classes_is_hardly_selective(learner):
    labels = every_class_twice()
    half = (labels < 5).float()[:, None]
    expect(learner.mlp.class_selectivity(half, labels), "selectivity of a unit for the digits 0 to 4").to_equal(
        torch.tensor([1 / 9]), atol=1e-5
    )


@exercise("00.class_selectivity")
def test_six_units_of_any_kind(learner):
    """Digits of uneven numbers, 6 the most frequent; units with a mean of their own, of which two are lower for one."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.cat([torch.arange(10), torch.randint(0, 10, (30,), generator=generator), torch.full((8,), 6)])
    of_class = torch.randn(10, 6, generator=generator)
    of_class[3, 0] += 4
    of_class[8, 2] -= 5
    of_class[5, 4] -= 3
    activations = of_class[labels] + 0.5 * torch.randn(48, 6, generator=generator) + torch.linspace(-1, 2, 6)
    right = torch.tensor([0.6049404, 0.3728302, 0.6342973, 0.3218294, 0.7274819, 0.5451879])  # by the course's solution
    means = torch.stack([activations[labels == c].mean(0) for c in range(10)])
    centred, sums = means - means.mean(0), means * labels.bincount()[:, None]
    by_images, by_units, by_sums = means - activations.mean(0), means - means.mean(1, keepdim=True), sums - sums.mean(0)

    def share(m):
        return (m.square().amax(0) / m.square().sum(0)) / 0.9

    expect(learner.mlp.class_selectivity(activations, labels), "selectivity of six units").to_equal(
        right,
        watch_for=[
            mistake("The factor 0.9 is missing.", lambda: 0.9 * right),
            mistake("The factor 0.9 was multiplied by: divide by it.", lambda: 0.81 * right),
            mistake("The class means were not centred.", share(means)),
            mistake("Centre with the mean of the ten class means, not with the mean over images.", share(by_images)),
            mistake("Each class was centred over units: centre each unit over classes.", share(by_units)),
            mistake("Activations were added up for each class: average them.", share(by_sums)),
            mistake("Single images were taken for class means.", share(activations - activations.mean(0))),
            mistake("Sizes were taken in place of squares.", centred.abs().amax(0) / (0.9 * centred.abs().sum(0))),
            mistake("Only the highest class counts here: one far below the others is as telling.",
                    centred.amax(0).square() / (0.9 * centred.square().sum(0))),
            mistake("The squares were averaged: add them up.", lambda: 10 * right),
            mistake("The root was taken: the share is of squares.", lambda: right.sqrt()),
            mistake("This is the index of Morcos et al.: the docstring has another measure.",
                    (means.amax(0) - (means.sum(0) - means.amax(0)) / 9)
                    / (means.amax(0) + (means.sum(0) - means.amax(0)) / 9)),
        ],
    )  # fmt: skip


@exercise("00.class_selectivity")
def test_two_classes_share(learner):
    """Means 1, 1, 0 × 8 centred are 0.8, 0.8, −0.2 × 8: 0.64 / (0.9 · 1.6) = 4/9."""
    labels = every_class_twice()
    two = (labels < 2).float()[:, None]
    expect(learner.mlp.class_selectivity(two, labels), "selectivity of a unit for 0 and 1").to_equal(
        torch.tensor([4 / 9]), atol=1e-5
    )


@exercise("00.class_selectivity")
def test_frequent_digits_do_not_weigh_more(learner):
    labels = torch.cat([torch.arange(10), torch.full((90,), 3)])
    on_for_4 = (labels == 4).float()[:, None]
    expect(learner.mlp.class_selectivity(on_for_4, labels), "selectivity when most images are 3s").to_equal(
        torch.ones(1), atol=1e-5
    )


@exercise("00.class_selectivity")
def test_a_silent_unit_is_not_selective(learner):
    expect(
        learner.mlp.class_selectivity(torch.zeros(20, 2), every_class_twice()), "selectivity of silent units"
    ).to_equal(torch.zeros(2))


@exercise("00.effective_template", part="template")
def test_only_the_units_that_are_on_contribute(learner):
    x = torch.zeros(784)
    x[0] = 1  # unit 0 is on, unit 1 is off
    template, _ = learner.mlp.effective_template(x, *two_units())
    expected = torch.zeros(10, 784)
    expected[0, 0] = 3 * 2
    all_on = expected.clone()
    all_on[1, 0] = 4 * -1
    expect(template, "effective template").to_equal(
        expected, watch_for=[mistake("All hidden units were counted, also those that are off.", all_on)]
    )


@exercise("00.effective_template", part="template")
def test_the_hidden_bias_helps_decide_who_is_on(learner):
    x = torch.zeros(784)
    x[0] = 0.2  # unit 1 is at −0.2 + 0.25
    template, _ = learner.mlp.effective_template(x, *two_units())
    expect(template[1, 0], "weight of pixel 0 for class 1").to_equal(torch.tensor(-4.0))


@exercise("00.effective_template", part="bias")
def test_the_biases_of_units_that_are_on_pass_through(learner):
    (W1, b1, W2, b2), x = two_units(), torch.zeros(784)
    b1[0], x[0] = 0.5, 1  # unit 0 is on, whatever its bias; unit 1 is off
    expected = torch.zeros(10)
    expected[0], expected[9] = 3 * 0.5, -5
    _, bias = learner.mlp.effective_template(x, W1, b1, W2, b2)
    expect(bias, "effective bias").to_equal(
        expected,
        watch_for=[
            mistake("Only b2 was returned: the hidden biases go through W2 as well.", b2),
            mistake("b2 was left out.", expected - b2),
            mistake("The biases of all hidden units were counted, also of those that are off.", W2 @ b1 + b2),
        ],
    )


@exercise("00.effective_template", part="bias")
def test_template_and_bias_give_the_networks_own_logits(learner):
    generator = torch.Generator().manual_seed(0)
    x, W1 = torch.rand(784, generator=generator), torch.randn(16, 784, generator=generator) / 28
    b1, W2 = torch.randn(16, generator=generator), torch.randn(10, 16, generator=generator)
    b2 = torch.randn(10, generator=generator)
    template, bias = learner.mlp.effective_template(x, W1, b1, W2, b2)
    expect(template @ x + bias, "effective template · x + effective bias").to_equal(
        forward(x, W1, b1, W2, b2), atol=1e-4
    )
