"""Computation in superposition, judged by the weights that come back."""

import torch

from autograder import exercise, expect, mistake


@exercise("01.absolute_forward")
def test_any_weights(learner, reference, draw):
    W1, W2, b = draw.normal(3, 4, 5), draw.normal(3, 5, 4), draw.normal(3, 5)
    x = draw.normal(6, 3, 5)
    hidden = torch.einsum("bif,ihf->bih", x, W1)
    no_hidden_relu = (torch.einsum("bih,ifh->bif", hidden, W2) + b).relu()
    no_relu = torch.einsum("bih,ifh->bif", hidden.relu(), W2) + b
    expect(learner.absolute_value.AbsoluteValueModel(W1, W2, b).forward(x), "ŷ").to_match(
        reference.absolute_value.AbsoluteValueModel(W1, W2, b).forward(x),
        atol=1e-4,
        watch_for=[
            mistake("The neurons have no ReLU.", no_hidden_relu),
            mistake("The output has no ReLU.", no_relu),
            mistake("b was added after the ReLU.", (no_relu - b).relu() + b),
        ],
    )


@exercise("01.dedicated_neurons")
def test_any_size(learner, draw):
    for features, hidden in ((3, 6), (7, 4), (4, 5), (6, 1)):
        model = learner.absolute_value.dedicated_neurons(features, hidden)
        x = draw.uniform(20, features, low=-1.0)
        y = ((x @ model.W1[0].T).relu() @ model.W2[0].T + model.b[0]).relu()
        expected = x.abs()
        expected[:, hidden // 2 :] = 0
        expect(model.W1, "W1").to_have_shape(1, hidden, features)
        spare = expected.clone()
        spare[:, hidden // 2 : (hidden + 1) // 2] = x[:, hidden // 2 : (hidden + 1) // 2].relu()
        expect(y, "what comes out").to_equal(
            expected,
            atol=1e-5,
            watch_for=[
                mistake("The neuron that is left over is used, too: it lets positive values of the next feature "
                        "through.", spare),
                mistake("Negative values come out as 0: both neurons of a feature should add to its output.",
                        torch.where(expected > 0, x.relu(), 0.0)),
                mistake("The features that have no neurons come out, too: they should be 0.", x.abs()),
            ],
        )  # fmt: skip


def losses(model, x, target):
    """The mean squared error of every instance on its own samples x [batch, instance, feature]."""
    hidden = torch.einsum("bif,ihf->bih", x, model.W1).relu()
    y = (torch.einsum("bih,ifh->bif", hidden, model.W2) + model.b).relu()
    return (y - target).square().mean((0, 2))


@exercise("01.train_absolute_value")
def test_eight_neurons_compute_more_than_four_absolute_values(learner, draw):
    """The best of six models has a smaller loss than four features with two neurons each would leave.

    Sixteen features, each present one time in twenty. The loss is a fraction of what four such features and the mean
    for the rest would leave. Measured over 40 seeds: 0.67 to 0.82, median 0.74; with other schedules or a start of size
    0.05 0.67 to 0.83, median 0.76; of size 0.3 0.79 to 1.05, median 0.90.
    """
    p = torch.full((6, 16), 0.05)
    model = learner.absolute_value.train_absolute_value(
        p, torch.ones(6, 16), 8, steps=300, batch_size=128, learning_rate=0.03, seed=draw.seed()
    )
    x = (draw.uniform(8000, 6, 16) < p) * draw.uniform(8000, 6, 16, low=-1.0)
    left_out = 0.05 / 3 - 0.05**2 / 4
    ratio = losses(model, x, x.abs()) / (left_out * 12 / 16)
    expect(ratio.min().item(), "loss of the best of six models, 1 being no superposition").to_be_at_most(0.96)


@exercise("01.train_absolute_value")
def test_the_most_important_features_come_first(learner, draw):
    """Dense features, of which two matter more: many models compute these two.

    Forty models, four neurons, four features. Measured over 120 seeds: 60 to 71 % compute these two (squared error
    below 0.02), 6 to 8 % when all matter alike.
    """
    p, importance = torch.ones(40, 4), torch.tensor([1.0, 1.0, 0.01, 0.01]).expand(40, 4)
    model = learner.absolute_value.train_absolute_value(
        p, importance, 4, steps=300, batch_size=128, learning_rate=0.03, seed=draw.seed()
    )
    x = draw.uniform(500, 40, 4, low=-1.0)
    hidden = torch.einsum("bif,ihf->bih", x, model.W1).relu()
    y = (torch.einsum("bih,ifh->bif", hidden, model.W2) + model.b).relu()
    error = (y - x.abs()).square().mean(0)[:, :2].mean(1)
    expect(int((error < 0.02).sum()), "models, of forty, that compute the important features").to_be_at_least(11)
