"""Softmax and surprisal, on inputs of the grader's choice."""

import math

import torch

from autograder import exercise, expect, mistake


@exercise("primer.softmax_rows")
def test_any_scores(learner, draw):
    for shape in ((1, 6), (7, 3), (4, 4)):
        scores = 3 * draw.normal(*shape)
        expect(learner.softmax.softmax_rows(scores), "probabilities").to_match(
            scores.softmax(1),
            watch_for=[mistake("It was taken down the columns, not along the rows.", scores.softmax(0))],
        )


@exercise("primer.softmax_rows")
def test_an_offset_of_each_row_changes_nothing(learner, draw):
    scores = draw.normal(5, 4)
    moved = scores + torch.tensor([-900.0, -30, 0, 40, 900])[:, None]
    expect(learner.softmax.softmax_rows(moved), "probabilities of rows at different heights").to_match(
        scores.softmax(1), atol=1e-4
    )


@exercise("primer.softmax_rows")
def test_masked_scores(learner, draw):
    scores = draw.normal(6, 6).masked_fill(torch.ones(6, 6, dtype=torch.bool).triu(1), -math.inf)
    expect(learner.softmax.softmax_rows(scores), "probabilities under a causal mask").to_match(scores.softmax(1))


@exercise("primer.surprisal")
def test_any_targets(learner, draw):
    for rows, columns in ((1, 5), (9, 4), (6, 6)):
        scores, targets = 3 * draw.normal(rows, columns), draw.integers(0, columns, rows)
        right = torch.nn.functional.cross_entropy(scores, targets, reduction="none")
        expect(learner.softmax.surprisal(scores, targets), "surprisal").to_match(
            right,
            atol=1e-5,  # a sure answer's is small, and a difference of larger numbers
            watch_for=[
                mistake("It is in bits: use the natural logarithm.", right / math.log(2)),
                mistake("The sign is wrong.", -right),
                mistake("The logarithm is missing: this is the probability.", (-right).exp()),
                mistake("The logarithm is missing: this is 1 minus the probability.", 1 - (-right).exp()),
                mistake(
                    "This is the score with its sign turned: the other scores of the row count, too.",
                    -scores[torch.arange(rows), targets],
                ),
                mistake(
                    "The target's score was not taken away: this is log Σ exp.",
                    right + scores[torch.arange(rows), targets],
                ),
                mistake("Every row got the first one's target.", -scores.log_softmax(1)[:, targets[0]]),
            ],
        )


@exercise("primer.surprisal")
def test_extreme_scores(learner, draw):
    scores, targets = 700 * draw.normal(30, 5), draw.integers(0, 5, 30)
    expect(learner.softmax.surprisal(scores, targets), "surprisal with scores of about ±700").to_match(
        torch.nn.functional.cross_entropy(scores, targets, reduction="none")
    )
