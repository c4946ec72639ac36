"""Bonus: memorisation, on examples of the grader's choice."""

import torch

from autograder import exercise, expect


def examples(draw, count, instances, features):
    x = (draw.uniform(count, instances, features) < 0.15) * draw.uniform(count, instances, features)
    x[..., 0] += 0.01
    return torch.nn.functional.normalize(x, dim=-1)


@exercise("01.train_on_dataset")
def test_few_examples_are_stored_and_many_are_not(learner, draw):
    """Few training examples are reproduced, many are not: the middle of four models counts.

    Measured over 40 seeds: median errors on the training examples of 0.04 and 0.68.
    """
    errors = []
    for count in (3, 100):
        x = examples(draw, count, 4, 30)
        model = learner.bonus.train_on_dataset(x, 2, steps=300, learning_rate=0.02, seed=draw.seed())
        hidden = torch.einsum("eif,ihf->eih", x, model.W)
        x_hat = (torch.einsum("eih,ihf->eif", hidden, model.W) + model.b).relu()
        errors.append((x - x_hat).square().sum(2).mean(0).median().item())
    expect(errors[0], "error on three examples").to_be_at_most(0.25)
    expect(errors[1], "error on 100 examples").to_be_at_least(0.4)


@exercise("01.train_on_dataset")
def test_weight_decay_shrinks(learner, draw):
    x = examples(draw, 40, 3, 20)
    plain, decayed = (
        learner.bonus.train_on_dataset(x, 2, steps=200, weight_decay=decay, seed=1).W.norm().item()
        for decay in (0.0, 5.0)
    )
    expect(decayed / plain, "size of W with strong weight decay, relative to none").to_be_at_most(0.9)


@exercise("01.train_on_dataset")
def test_seeds(learner, draw):
    x, seed = examples(draw, 6, 2, 8), draw.seed()
    first, again, other = (
        learner.bonus.train_on_dataset(x, 2, steps=5, seed=each).W.detach() for each in (seed, seed, seed + 1)
    )
    expect(again, "W when trained again with the same seed").to_equal(first, atol=1e-5)
    expect(bool((first - other).abs().max() > 1e-3), "whether another seed gives other weights").to_be_true(
        "Two seeds gave the same weights: draw the first weights from `seed`."
    )


@exercise("01.example_dimensionality")
def test_any_examples(learner, reference, draw):
    W, x = draw.normal(3, 2, 6), draw.uniform(9, 3, 6)
    expect(learner.bonus.example_dimensionality(W, x), "D").to_match(
        reference.bonus.example_dimensionality(W, x), atol=1e-5
    )
