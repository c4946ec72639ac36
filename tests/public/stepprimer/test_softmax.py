"""Softmax and surprisal."""

import math

import torch

from autograder import exercise, expect, mistake


@exercise("primer.softmax_rows")
def test_a_score_that_is_log_3_higher_is_three_times_as_probable(learner):
    scores = torch.tensor([[0.0, math.log(3)], [0.0, 0.0]])
    expect(learner.softmax.softmax_rows(scores), "probabilities").to_equal(
        torch.tensor([[0.25, 0.75], [0.5, 0.5]]),
        watch_for=[
            mistake("It was taken down the columns, not along the rows.", scores.softmax(0)),
            mistake("The whole table sums to 1: each row should.", scores.flatten().softmax(0).reshape(2, 2)),
        ],
    )


@exercise("primer.softmax_rows")
def test_scores_of_1000_neither_overflow_nor_vanish(learner):
    scores = torch.tensor([[1000.0, 1000, 0], [-1000, -1000, -1000], [0, 5, -1000]])
    expect(learner.softmax.softmax_rows(scores), "probabilities of scores of ±1000").to_equal(
        torch.tensor([[0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3], [1 / (1 + math.exp(5)), 1 / (1 + math.exp(-5)), 0]])
    )


@exercise("primer.softmax_rows")
def test_minus_infinity_gets_nothing(learner):
    scores = torch.tensor([[0.0, -math.inf, -math.inf], [1, 1, -math.inf]])
    expect(learner.softmax.softmax_rows(scores), "probabilities of masked scores").to_equal(
        torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0]])
    )


@exercise("primer.surprisal")
def test_one_in_four_costs_log_4(learner):
    costs = learner.softmax.surprisal(torch.zeros(3, 4), torch.tensor([0, 3, 3]))
    expect(costs, "surprisal of one answer out of four equal ones").to_equal(
        torch.full((3,), math.log(4)),
        watch_for=[
            mistake("It is in bits: use the natural logarithm.", torch.full((3,), 2.0)),
            mistake("The sign is missing.", torch.full((3,), -math.log(4))),
            mistake("The rows were averaged: return one number for each.", torch.tensor(math.log(4))),
        ],
    )


@exercise("primer.surprisal")
def test_each_row_has_a_target_of_its_own(learner):
    scores = torch.tensor([[math.log(3), 0.0], [0.0, math.log(7)]])
    expect(learner.softmax.surprisal(scores, torch.tensor([0, 0])), "surprisal of two answers").to_equal(
        torch.tensor([math.log(4 / 3), math.log(8)]), parts=("the first row", "the second row")
    )


@exercise("primer.surprisal")
def test_six_rows_of_any_scores(learner):
    """Six rows, five columns, and every target at another place than the row's largest score."""
    scores = 2 * torch.randn(6, 5, generator=torch.Generator().manual_seed(2))
    targets = torch.tensor([3, 1, 4, 2, 0, 3])
    right, rows = (
        torch.tensor([4.113727, 4.709876, 2.699257, 0.06420279, 5.363365, 2.967158]),
        torch.arange(6),
    )  # by the course's solution
    mine, sums = scores[rows, targets], scores.exp().sum(1)
    expect(learner.softmax.surprisal(scores, targets), "surprisal of six answers").to_equal(
        right,
        watch_for=[
            mistake("It is in bits: use the natural logarithm.", lambda: right / math.log(2)),
            mistake("It is a logarithm to base 10: use the natural logarithm.", lambda: right / math.log(10)),
            mistake("The sign is missing.", lambda: -right),
            mistake("The logarithm is missing: this is the probability.", mine.exp() / sums),
            mistake("The logarithm is missing: this is 1 minus the probability.", 1 - mine.exp() / sums),
            mistake("This is the score with its sign turned: the other scores of the row count, too.", -mine),
            mistake("The target's score was not taken away: this is log Σ exp.", sums.log()),
            mistake("The target's score was added: take it away.", sums.log() + mine),
            mistake("The softmax was taken down the columns, not along the rows.",
                    scores.exp().sum(0).log()[targets] - mine),
            mistake("The whole table sums to 1: each row should.", sums.sum().log() - mine),
            mistake("Every row got the first one's target.", sums.log() - scores[:, 3]),
            mistake("Targets were counted from 1.", sums.log() - scores[rows, targets - 1]),
            mistake("The largest score was taken in place of log Σ exp.", scores.amax(1) - mine),
            mistake("The exponentials were averaged, not added up.", lambda: right - math.log(5)),
            mistake("The rows were averaged: return one number for each.", lambda: right.mean()),
            mistake("The most probable answer's surprisal came back, not the target's.", sums.log() - scores.amax(1)),
        ],
    )  # fmt: skip


@exercise("primer.surprisal")
def test_what_is_all_but_impossible_still_has_a_cost(learner):
    scores = torch.tensor([[1000.0, 0, -1000], [0, 0, 0], [-1000, -1000, -1000]])
    expect(learner.softmax.surprisal(scores, torch.tensor([2, 0, 1])), "surprisal with scores of ±1000").to_equal(
        torch.tensor([2000.0, math.log(3), math.log(3)]),
        parts=("scores of 1000, 0 and −1000", "scores of 0", "scores of −1000"),
    )
