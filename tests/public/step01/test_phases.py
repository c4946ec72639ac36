"""Two features, one dimension: closed-form losses, and the phases that training finds."""

import torch

from autograder import exercise, expect, mistake

WAYS = ("the second feature ignored", "the second feature dedicated", "the two antipodal")


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
        parts=WAYS,
    )


@exercise("01.phase_losses")
def test_sparse_and_unimportant(learner):
    """p = 0.1: variance 0.1/3 − 0.01/4; both present once in a hundred times."""
    variance, minimum = 0.1 / 3 - 0.01 / 4, 0.01 / 6
    p, r = torch.tensor([0.1, 0.1]), torch.tensor([0.5, 4.0])
    expected = torch.tensor([[0.5 * variance, variance, 1.5 * minimum], [4 * variance, variance, 5 * minimum]]) / 2
    swapped = expected[:, [1, 0, 2]]
    expect(learner.phases.phase_losses(p, r), "losses at p = 0.1").to_equal(
        expected, atol=1e-7, watch_for=[mistake("*Ignored* and *dedicated* are swapped.", swapped)], parts=WAYS
    )


@exercise("01.phase_losses")
def test_five_cells(learner):
    p, r = torch.tensor([0.07, 0.23, 0.41, 0.66, 0.92]), torch.tensor([3.3, 0.7, 1.9, 0.45, 5.2])
    ignored = torch.tensor([0.03647875, 0.02220458, 0.08990958, 0.0249975, 0.2471733])
    dedicated = torch.tensor([0.01105417, 0.03172083, 0.04732084, 0.05555, 0.04753333])
    antipodal = torch.tensor([0.001755834, 0.007494167, 0.04062417, 0.05263501, 0.4373067])
    right = torch.stack([ignored, dedicated, antipodal], 1)  # by the course's solution
    without_bias = torch.tensor([[0.0385, 0.02683333, 0.1298333, 0.0495, 0.7973333],
                                 [0.01166667, 0.03833333, 0.06833334, 0.11, 0.1533333]])  # fmt: skip
    present = torch.tensor([[0.009625, 0.006708333, 0.03245833, 0.012375, 0.1993333],
                            [0.002916667, 0.009583334, 0.01708333, 0.0275, 0.03833333]])  # fmt: skip
    expect(learner.phases.phase_losses(p, r), "losses of five cells").to_equal(
        right,
        atol=1e-7,
        parts=WAYS,
        watch_for=[
            mistake("These are sums over the two features: the loss is their mean.", 2 * right),
            mistake("*Ignored* and *dedicated* are swapped.", right[:, [1, 0, 2]]),
            mistake("A feature that is left out has the best constant as its output: its mean, not 0.",
                    torch.stack([*without_bias, antipodal], 1)),
            mistake("A feature that is left out varies also because it is absent at times: here it loses only what it "
                    "does when present.", torch.stack([*present, antipodal], 1)),
            mistake("Where both are present, each is off by the smaller of the two, not by a whole feature.",
                    torch.stack([ignored, dedicated, 2 * antipodal], 1)),
            mistake("Both features are off when they meet: weigh with both importances.",
                    torch.stack([ignored, dedicated, antipodal / (1 + r)], 1)),
            mistake("Only the second feature's importance counts when they meet: weigh with both.",
                    torch.stack([ignored, dedicated, antipodal * r / (1 + r)], 1)),
            mistake("Antipodal features meet only if both are present, which is rarer than one of them.",
                    torch.stack([ignored, dedicated, antipodal / p], 1)),
        ],
    )  # fmt: skip


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
        parts=("[1, 0]", "[−3, 0]", "[0, 1]", "[0, −0.2]", "[1, −1]", "[−2, 2]", "[0.9, −0.7]"),
    )


@exercise("01.classify_phases")
def test_two_weights_of_equal_sign_are_not_antipodal(learner):
    expect(learner.phases.classify_phases(torch.tensor([[[1.0, 0.8]], [[0.5, 0.6]]])), "phases").to_equal(
        torch.tensor([0, 1]), parts=("[1, 0.8]", "[0.5, 0.6]")
    )


@exercise("01.phase_diagram")
def test_theory_has_all_three_phases(learner):
    """Boundary to antipodal where importance r ≤ 1: p = 4r / (2 + 5r), so 0.27 for r = 0.2 and 0.57 for r = 1."""
    p, r = torch.tensor([0.9, 0.5, 0.1]), torch.tensor([0.2, 0.9, 5.0])
    theory, _ = learner.phases.phase_diagram(p, r, restarts=1, steps=1, seed=0)
    expect(theory, "theory").to_equal(
        torch.tensor([[0, 0, 2], [0, 2, 2], [1, 1, 2]]),
        watch_for=[
            mistake(
                "Rows are importances, columns are probabilities.", torch.tensor([[0, 0, 1], [0, 2, 1], [2, 2, 2]])
            ),
            mistake(
                "This is the way of the greatest loss: the least is asked.",
                torch.tensor([[2, 1, 1], [2, 1, 1], [2, 0, 0]]),
            ),
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
