"""Bonus: few examples are stored as they are."""

import torch

from autograder import exercise, expect
from exercises.kit.step01.shapes import regular_polygon


def examples(count, instances=4, features=30, seed=0):
    """Sparse examples of unit length."""
    generator = torch.Generator().manual_seed(seed)
    shape = (count, instances, features)
    x = (torch.rand(shape, generator=generator) < 0.1) * torch.rand(shape, generator=generator)
    x[..., 0] += 0.01
    return torch.nn.functional.normalize(x, dim=-1)


@exercise("01.train_on_dataset")
def test_same_seed_same_weights(learner):
    x = examples(3)
    first, again = (learner.bonus.train_on_dataset(x, 2, steps=5, seed=1).W for _ in range(2))
    expect(first, "W").to_have_shape(4, 2, 30)
    expect(first.abs().amax().item(), "largest size in W").to_be_at_least(1e-6)
    expect(again, "W when trained again with the same seed").to_equal(first, atol=1e-5)


@exercise("01.train_on_dataset")
def test_three_examples_are_learned_by_heart(learner):
    x = examples(3)
    model = learner.bonus.train_on_dataset(x, 2, steps=300, learning_rate=0.02, seed=0)
    error = (x - model.forward(x)).square().sum(2).mean(0)
    expect(error.median().item(), "squared error of an example of length 1, middle of the models").to_be_at_most(
        0.2, idle=("answering 0 whatever comes in", 1.0)
    )


@exercise("01.example_dimensionality")
def test_examples_that_map_to_a_pentagon_have_two_fifths(learner):
    """Example e has feature e alone, so its hidden vector is W_e."""
    W, x = regular_polygon(5)[None], torch.eye(5)[:, None]
    expect(learner.bonus.example_dimensionality(W, x), "D of five examples").to_equal(
        torch.full((1, 5), 2 / 5), atol=1e-5
    )


@exercise("01.example_dimensionality")
def test_more_examples_than_features(learner):
    x = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])[:, None]
    expect(learner.bonus.example_dimensionality(torch.eye(2)[None], x), "D of four examples").to_equal(
        torch.tensor([[0.5, 0.5, 1.0, 0.0]]),
        atol=1e-5,
        parts=("an example that comes twice", "the same once more", "an example of its own", "an empty example"),
    )
