"""Absolute values: two neurons for each feature do it, and sparse features need fewer."""

import torch
from torch.nn.functional import linear

from autograder import exercise, expect, mistake


def exact_model():
    """|x0| with two neurons, and x1 taken for granted as a bias."""
    W1 = torch.tensor([[[1.0, 0.0], [-1.0, 0.0]]])
    W2 = torch.tensor([[[1.0, 1.0], [0.0, 0.0]]])
    return W1, W2, torch.tensor([[0.0, 0.25]])


@exercise("01.absolute_forward")
def test_two_neurons_make_an_absolute_value(learner):
    model = learner.absolute_value.AbsoluteValueModel(*exact_model())
    x = torch.tensor([[[0.5, 1.0]], [[-0.75, 0.0]]])
    expect(model.forward(x), "ŷ").to_equal(
        torch.tensor([[[0.5, 0.25]], [[0.75, 0.25]]]),
        watch_for=[mistake("The neurons have no ReLU.", torch.tensor([[[0.0, 0.25]], [[0.0, 0.25]]]))],
        parts=("the feature with two neurons", "the feature with a bias alone"),
    )


@exercise("01.absolute_forward")
def test_the_output_is_rectified_too(learner):
    W1, W2, b = exact_model()
    model = learner.absolute_value.AbsoluteValueModel(W1, -W2, b)
    expect(model.forward(torch.tensor([[[0.5, 0.0]]])), "ŷ").to_equal(torch.tensor([[[0.0, 0.25]]]))


@exercise("01.dedicated_neurons")
def test_six_neurons_serve_three_features(learner):
    model = learner.absolute_value.dedicated_neurons(5, 6)
    expect(model.W1, "W1").to_have_shape(1, 6, 5)
    expect(model.W2, "W2").to_have_shape(1, 5, 6)
    expect(model.b, "b").to_have_shape(1, 5)
    x = torch.tensor([[0.5, -0.25, -1.0, 0.75, -0.5], [-0.125, 0.5, 0.0, 1.0, 1.0]])
    expect(outputs(model, x), "what comes out").to_equal(
        torch.tensor([[0.5, 0.25, 1, 0, 0], [0.125, 0.5, 0, 0, 0]]), atol=1e-6
    )


@exercise("01.dedicated_neurons")
def test_a_neuron_left_over_serves_nothing(learner):
    """Seven neurons, three features of five: the seventh neuron has no partner."""
    x = 2 * torch.rand(4, 5, generator=torch.Generator().manual_seed(2)) - 1
    expected = x.abs() * torch.tensor([1.0, 1, 1, 0, 0])
    spare = expected.clone()
    spare[:, 3] = x[:, 3].relu()
    expect(outputs(learner.absolute_value.dedicated_neurons(5, 7), x), "what comes out of seven neurons").to_equal(
        expected,
        atol=1e-6,
        parts=("feature 0", "feature 1", "feature 2", "feature 3", "feature 4"),
        watch_for=[
            mistake("The neuron that is left over is used, too: it lets positive values of the next feature through.",
                    spare),
            mistake("Each feature has one neuron: negative values come out as 0.", x.relu()),
            mistake("Negative values come out as 0: both neurons of a feature should add to its output.",
                    x.relu() * torch.tensor([1.0, 1, 1, 0, 0])),
            mistake("The features that have no neurons come out, too: they should be 0.", x.abs()),
        ],
    )  # fmt: skip


def outputs(model, x, instance=0):
    """The model's answer to x [batch, feature], computed here."""
    W1, W2, b = (weights[instance] for weights in (model.W1, model.W2, model.b))
    return linear(linear(x, W1).relu(), W2, b).relu()


@exercise("01.train_absolute_value")
def test_same_seed_same_weights(learner):
    p, importance = torch.full((2, 3), 0.5), torch.ones(2, 3)
    first, again, other = (
        learner.absolute_value.train_absolute_value(p, importance, 4, steps=5, seed=seed).W1 for seed in (1, 1, 2)
    )
    expect(first, "W1").to_have_shape(2, 4, 3)
    expect(again, "W1 when trained again with the same seed").to_equal(first, atol=1e-5)
    expect(bool((first - other).abs().max() > 1e-3), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the start and the batches from `seed`."
    )


@exercise("01.train_absolute_value")
def test_negative_numbers_count_as_much_as_positive_ones(learner):
    """Two features and eight neurons are plenty: the error is small.

    Measured over 40 seeds: below 0.01 for 90 %.
    """
    model = learner.absolute_value.train_absolute_value(
        torch.ones(7, 2), torch.ones(7, 2), 8, steps=300, batch_size=128, learning_rate=0.03, seed=0
    )
    x = torch.tensor([[0.8, -0.4], [-0.8, 0.4], [-0.6, -0.6]])
    y = torch.stack([outputs(model, x, i) for i in range(7)])
    error = (y - x.abs()).abs().amax((1, 2)).median().item()
    expect(error, "largest error of the middle of seven models").to_be_at_most(
        0.15, idle=("answering 0 whatever comes in", 0.8)
    )
