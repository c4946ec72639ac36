"""Two features, one dimension: closed-form losses, and the phases that training finds."""

import torch

from autograder import exercise, expect, mistake


@exercise("01.phase_losses")
def test_two_dense_equal_features(learner):
    """Always present: the variance of a uniform number is 1/12, and E[min(x1, x2)²] = 1/6."""
    expect(learner.phases.phase_losses(torch.ones(1), torch.ones(1)), "losses at p = 1, importance 1").to_equal(
        torch.tensor([[1 / 24, 1 / 24, 1 / 6]]),
        atol=1e-6,
        watch_for=[
            mistake("These are sums over the two features: the loss is their mean.", torch.tensor([[1, 1, 4]]) / 12),
            mistake(
                "A feature that is left out has the best constant as its output: its mean, not 0.",
                torch.tensor([[1 / 6, 1 / 6, 1 / 6]]),
            ),
        ],
    )


@exercise("01.phase_losses")
def test_sparse_and_unimportant(learner):
    """p = 0.1: variance 0.1/3 − 0.01/4; both present once in a hundred times."""
    variance, minimum = 0.1 / 3 - 0.01 / 4, 0.01 / 6
    p, r = torch.tensor([0.1, 0.1]), torch.tensor([0.5, 4.0])
    expected = torch.tensor([[0.5 * variance, variance, 1.5 * minimum], [4 * variance, variance, 5 * minimum]]) / 2
    swapped = expected[:, [1, 0, 2]]
    expect(learner.phases.phase_losses(p, r), "losses at p = 0.1").to_equal(
        expected, atol=1e-7, watch_for=[mistake("*Ignored* and *dedicated* are swapped.", swapped)]
    )


@exercise("01.classify_phases")
def test_the_three_ideals_in_either_direction_and_any_size(learner):
    W = torch.tensor([[1.0, 0], [-3, 0], [0, 1], [0, -0.2], [1, -1], [-2, 2], [0.9, -0.7]])[:, None]
    expect(learner.phases.classify_phases(W), "phases").to_equal(
        torch.tensor([0, 0, 1, 1, 2, 2, 2]),
        watch_for=[
            mistake(
                "The sign of the dimension should not matter: take absolute cosines.",
                torch.tensor([0, 1, 1, 2, 2, 1, 2]),
            ),
        ],
    )


@exercise("01.classify_phases")
def test_two_weights_of_equal_sign_are_not_antipodal(learner):
    expect(learner.phases.classify_phases(torch.tensor([[[1.0, 0.8]], [[0.5, 0.6]]])), "phases").to_equal(
        torch.tensor([0, 1])
    )


@exercise("01.phase_diagram")
def test_theory_has_all_three_phases(learner):
    """Boundary to antipodal where importance r ≤ 1: p = 4r / (2 + 5r), so 0.27 for r = 0.2 and 0.57 for r = 1."""
    p, r = torch.tensor([0.9, 0.5, 0.1]), torch.tensor([0.2, 0.9, 5.0])
    theory, _ = learner.phases.phase_diagram(p, r, restarts=1, steps=1, seed=0)
    expect(theory, "theory").to_equal(
        torch.tensor([[0, 0, 2], [0, 2, 2], [1, 1, 2]]),
        watch_for=[
            mistake("Rows are importances, columns are probabilities.", torch.tensor([[0, 0, 1], [0, 2, 1], [2, 2, 2]]))
        ],
    )


@exercise("01.phase_diagram")
def test_training_agrees_away_from_the_boundaries(learner):
    """Four cells where the second-best way is three times as bad or worse: training finds the best.

    Measured: 99 % of such cells agree.
    """
    p, r = torch.tensor([0.9, 0.05]), torch.tensor([0.3, 4.0])
    _, trained = learner.phases.phase_diagram(p, r, restarts=7, steps=200, seed=0)
    agree = int((trained == torch.tensor([[0, 2], [1, 2]])).sum())
    expect(agree, "cells, of four, where training finds the phase of least loss").to_be_at_least(3)
