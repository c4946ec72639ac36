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
        torch.tensor([math.log(4 / 3), math.log(8)])
    )


@exercise("primer.surprisal")
def test_what_is_all_but_impossible_still_has_a_cost(learner):
    scores = torch.tensor([[1000.0, 0, -1000], [0, 0, 0], [-1000, -1000, -1000]])
    expect(learner.softmax.surprisal(scores, torch.tensor([2, 0, 1])), "surprisal with scores of ±1000").to_equal(
        torch.tensor([2000.0, math.log(3), math.log(3)])
    )
