"""Closed forms and phases, on cells of the grader's choice."""

import torch

from autograder import exercise, expect, mistake


@exercise("01.phase_losses")
def test_any_cells(learner, reference, draw):
    p, r = draw.uniform(9, low=0.01), draw.uniform(9, low=0.1, high=10.0)
    losses = reference.phases.phase_losses(p, r)
    without_bias = torch.stack([r * p / 3, p / 3, (1 + r) * p**2 / 6], 1) / 2
    expect(learner.phases.phase_losses(p, r), "losses").to_match(
        losses,
        atol=1e-6,
        watch_for=[
            mistake("These are sums over the two features: the loss is their mean.", 2 * losses),
            mistake("A feature that is left out should have its mean as its output.", without_bias),
            mistake("*Ignored* and *dedicated* are swapped.", losses[:, [1, 0, 2]]),
            mistake("A collision costs both features: weigh with 1 + importance.",
                    torch.cat([losses[:, :2], p[:, None] ** 2 / 12], 1)),
        ],
    )  # fmt: skip


@exercise("01.phase_losses")
def test_samples_agree_with_the_closed_forms(learner, draw):
    """The three ways on 200,000 samples: an estimate, within 5 standard errors."""
    p, r = float(draw.uniform(1, low=0.3, high=0.9)), float(draw.uniform(1, low=0.3, high=3.0))
    x = (draw.uniform(200_000, 2) < p) * draw.uniform(200_000, 2)
    importance = torch.tensor([1.0, r])
    ways = (([1.0, 0.0], [0.0, p / 2]), ([0.0, 1.0], [p / 2, 0.0]), ([1.0, -1.0], [0.0, 0.0]))
    estimates = []
    for weights, bias in ways:
        w = torch.tensor(weights)
        x_hat = ((x @ w)[:, None] * w + torch.tensor(bias)).relu()
        estimates.append((importance * (x - x_hat) ** 2).mean())
    expect(learner.phases.phase_losses(torch.tensor([p]), torch.tensor([r])), "losses").to_equal(
        torch.stack(estimates)[None], atol=0.004, rtol=0
    )


@exercise("01.classify_phases")
def test_any_models(learner, reference, draw):
    W = draw.normal(40, 1, 2)
    expect(learner.phases.classify_phases(W), "phases").to_match(reference.phases.classify_phases(W))


@exercise("01.classify_phases")
def test_signs_and_sizes(learner, draw):
    ideal = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])
    phase = draw.integers(0, 3, 30)
    scale = draw.uniform(30, low=0.1, high=3.0) * (2 * draw.integers(0, 2, 30) - 1)
    W = (ideal[phase] + 0.1 * draw.uniform(30, 2, low=-1.0)) * scale[:, None]
    expect(learner.phases.classify_phases(W[:, None]), "phases").to_equal(phase)


@exercise("01.phase_diagram")
def test_theory_on_any_grid(learner, reference, draw):
    p, r = draw.uniform(6, low=0.02), draw.uniform(4, low=0.1, high=8.0)
    right, _ = reference.phases.phase_diagram(p, r, restarts=1, steps=1)
    theory, trained = learner.phases.phase_diagram(p, r, restarts=1, steps=1)
    expect(theory, "theory").to_match(right)
    expect(trained, "trained").to_have_shape(4, 6)


@exercise("01.phase_diagram")
def test_training_on_cells_far_from_the_boundaries(learner, reference, draw):
    """Six cells, some models in each: training finds the phase of least loss.

    A single model gets stuck in almost every second sparse cell; of 300 models for each cell, any seven contain one
    that does not in 99.5 % of draws or more, so any ten in 99.9 %.
    """
    p = cells(draw, (0.04, 0.06), (0.85, 0.95), (0.05, 0.08))
    r = cells(draw, (3.0, 6.0), (0.25, 0.33))
    theory, _ = reference.phases.phase_diagram(p, r, restarts=1, steps=1)
    _, trained = learner.phases.phase_diagram(p, r, restarts=10, steps=200, seed=draw.seed())
    agree = int((trained == theory).sum())
    expect(agree, "cells, of six, where training finds the phase of least loss").to_be_at_least(5)


@exercise("01.phase_diagram")
def test_importance_counts_when_the_best_restart_is_chosen(learner, reference, draw):
    """Cells whose restarts end in both phases of a single feature: without importance the other one is about as good.

    In 60 draws the phase of least loss was found in 15 of 18 cells or more, and by plain squared errors in 14 or fewer,
    half of them on average.
    """
    p, r = draw.uniform(6, low=0.76, high=0.86), cells(draw, (0.68, 0.82), (0.68, 0.82), (1.42, 1.56))
    theory, _ = reference.phases.phase_diagram(p, r, restarts=1, steps=1)
    _, trained = learner.phases.phase_diagram(p, r, restarts=6, steps=200, seed=draw.seed())
    agree = int((trained == theory).sum())
    expect(agree, "cells, of 18, where the restart of least loss is the one that is shown").to_be_at_least(14)


def cells(draw, *bounds):
    return torch.cat([draw.uniform(1, low=low, high=high) for low, high in bounds])
