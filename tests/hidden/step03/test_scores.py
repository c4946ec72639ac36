"""Scores of random patterns, entry by entry."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("03.current_token_score")
def test_current_token(learner, patterns):
    pattern = patterns(8, 3, 2)
    right = torch.stack([pattern[..., q, q] for q in range(8)]).mean(0)
    expect(learner.scores.current_token_score(pattern), "score").to_match(
        right,
        watch_for=[
            mistake("The first query was left out: it is at a position, too.", (8 * right - 1) / 7),
            mistake("This is the sum over queries: take the mean.", 8 * right),
        ],
    )


@exercise("03.previous_token_score")
def test_previous_token(learner, patterns):
    pattern = patterns(9, 2, 4)
    entries = torch.stack([pattern[..., q, q - 1] for q in range(1, 9)])
    expect(learner.scores.previous_token_score(pattern), "score").to_match(
        entries.mean(0),
        watch_for=[
            mistake("The pattern was read as [key, query].", torch.zeros(2, 4)),
            mistake("The first query has no position before it: divide by t − 1.", entries.sum(0) / 9),
            mistake("The batch was averaged over.", entries.mean((0, 1))),
            mistake(
                "This is attention to the position itself, not to the one before.", pattern.diagonal(0, -2, -1).mean(-1)
            ),
            mistake("This is attention to two positions before.", pattern.diagonal(-2, -2, -1).mean(-1)),
            mistake("The first query that has a position before it was left out.", entries[1:].mean(0)),
            mistake("This is the sum over queries: take the mean.", entries.sum(0)),
        ],
    )


@exercise("03.first_token_score")
def test_first_token(learner, patterns):
    pattern = patterns(7, 3, 2)
    expect(learner.scores.first_token_score(pattern), "score").to_match(
        pattern[..., 1:, 0].mean(-1),
        watch_for=[
            mistake("The first query was counted: it sees nothing else.", pattern[..., 0].mean(-1)),
            mistake("The pattern was read as [key, query].", pattern[..., 0, 1:].mean(-1)),
            mistake(
                "The first query was left out, but the sum was divided by t all the same.",
                pattern[..., 1:, 0].sum(-1) / 7,
            ),
            mistake("This is the last query's attention alone: take the mean over queries.", pattern[..., -1, 0]),
            mistake("The last query was left out, not the first.", pattern[..., :-1, 0].mean(-1)),
            mistake("This is the sum over queries: take the mean.", pattern[..., 1:, 0].sum(-1)),
        ],
    )


def entries(pattern, half, back):
    """Attention of each query of the second half to the key `back` before it."""
    t = pattern.shape[-1]
    return torch.stack([pattern[..., q, q - back] for q in range(t - half, t)])


@exercise("03.prefix_matching_score")
@pytest.mark.parametrize("bos", [True, False])
@pytest.mark.parametrize("half", [1, 2, 6])
def test_prefix_matching(learner, patterns, half, bos):
    pattern = patterns(2 * half + bos, 3, 2)
    expect(learner.scores.prefix_matching_score(pattern, half), "score").to_match(
        entries(pattern, half, half - 1).mean(0),
        watch_for=[
            mistake("Off by one: L back is the token itself; what came after it is L − 1 back.",
                    lambda: entries(pattern, half, half).mean(0)),
            mistake("Off by one, the other way.", lambda: entries(pattern, half, half - 2).mean(0)),
            mistake("Queries of the first half were counted.", lambda: pattern.diagonal(1 - half, -2, -1).mean(-1)),
            mistake("The pattern was read as [key, query].", lambda: pattern.diagonal(half - 1, -2, -1).mean(-1)),
            mistake("The last query was left out.", lambda: entries(pattern, half, half - 1)[:-1].mean(0)),
            mistake("The first query of the second half was left out: it is a second occurrence too.",
                    lambda: entries(pattern, half, half - 1)[1:].mean(0)),
            mistake("The sum was divided by the length of the row: L queries are counted.",
                    lambda: entries(pattern, half, half - 1).sum(0) / (2 * half + bos)),
            mistake("This is the sum over queries: take the mean.", lambda: entries(pattern, half, half - 1).sum(0)),
        ],
    )  # fmt: skip


@exercise("03.prefix_matching_score")
def test_scores_of_the_shipped_heads(learner, reference, runs, checkpoints):
    patterns = reference.transformer.attention_only_forward(runs.two_layers.weights, runs.test).patterns.mean(1)
    scores = learner.scores.prefix_matching_score(patterns, runs.half)
    expect(scores[1], "scores of the shipped second layer").to_equal_checkpoint(checkpoints["prefix_matching_scores"])


@exercise("03.prefix_matching_score")
def test_lengths_that_do_not_fit(learner):
    for t in (9, 12):
        with expect_error(ValueError):
            learner.scores.prefix_matching_score(torch.eye(t), 5)
