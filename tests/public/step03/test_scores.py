"""Scores of patterns whose stripes are drawn by hand."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def stripe(t, offset, height=1.0):
    """A pattern with `height` where key = query − offset, the rest on the first key."""
    pattern = torch.zeros(t, t)
    for query in range(t):
        pattern[query, 0] = 1.0
        if query - offset > 0:
            pattern[query, 0], pattern[query, query - offset] = 1 - height, height
    return pattern


@exercise("03.current_token_score")
def test_a_head_that_looks_at_itself(learner):
    expect(learner.scores.current_token_score(torch.eye(6)), "score").to_equal(torch.tensor(1.0))
    half = torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0], [1, 0, 0]])
    expect(learner.scores.current_token_score(half), "score").to_equal(torch.tensor(0.5))
    both = torch.stack([torch.eye(3), half])
    expect(learner.scores.current_token_score(both), "scores of two patterns").to_equal(torch.tensor([1.0, 0.5]))


@exercise("03.previous_token_score")
def test_a_head_that_looks_one_back(learner):
    pattern = torch.tensor([[1.0, 0, 0, 0], [0.8, 0.2, 0, 0], [0.1, 0.6, 0.3, 0], [0, 0, 0.4, 0.6]])
    expect(learner.scores.previous_token_score(pattern), "score").to_equal(
        torch.tensor(0.6),
        watch_for=[
            mistake("The pattern was read as [key, query].", torch.tensor(0.0)),
            mistake("The first query has no position before it: divide by t − 1.", torch.tensor(0.45)),
        ],
    )
    both = torch.stack([pattern, torch.eye(4)])
    expect(learner.scores.previous_token_score(both), "scores of two patterns").to_equal(torch.tensor([0.6, 0.0]))


@exercise("03.first_token_score")
def test_a_head_that_rests(learner):
    pattern = torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0], [0.1, 0.2, 0.7]])
    expect(learner.scores.first_token_score(pattern), "score").to_equal(
        torch.tensor(0.3),
        watch_for=[
            mistake("The first query was counted: it sees nothing else.", torch.tensor(1.6 / 3)),
            mistake("The pattern was read as [key, query].", torch.tensor(0.0)),
        ],
    )
    both = torch.stack([pattern, torch.eye(3)])
    expect(learner.scores.first_token_score(both), "scores of two patterns").to_equal(torch.tensor([0.3, 0.0]))


@exercise("03.prefix_matching_score")
@pytest.mark.parametrize("bos", [True, False])
def test_an_induction_head_scores_1_and_its_neighbours_nothing(learner, bos):
    half, t = 5, 10 + bos
    scores = [learner.scores.prefix_matching_score(stripe(t, half + d), half) for d in (-2, -1, 0)]
    expect(scores, "scores of heads that look L − 2, L − 1 and L back").to_equal(
        [0.0, 1.0, 0.0],
        watch_for=[
            mistake("Off by one: L back is the token itself; what came after it is L − 1 back.", [0.0, 0.0, 1.0]),
            mistake("Off by one, the other way: L − 2 back is two after the first occurrence.", [1.0, 0.0, 0.0]),
        ],
    )


@exercise("03.prefix_matching_score")
@pytest.mark.parametrize("bos", [True, False])
def test_only_queries_of_the_second_half_count(learner, bos):
    pattern = stripe(8 + bos, 3, height=0.5)
    pattern[: 4 + bos] = 0.0
    pattern[-1] *= 0.2
    expect(learner.scores.prefix_matching_score(pattern, 4), "score with L = 4").to_equal(
        torch.tensor(0.4),
        watch_for=[
            mistake("Queries of the first half were counted.", lambda: pattern.diagonal(-3).mean()),
            mistake("The last query was left out: it is a second occurrence too.", torch.tensor(0.5)),
        ],
    )


@exercise("03.prefix_matching_score")
def test_other_axes_are_kept(learner):
    patterns = torch.stack([stripe(11, 4), stripe(11, 1)]).expand(3, 2, 11, 11)
    expect(learner.scores.prefix_matching_score(patterns, 5), "scores of 3 × 2 patterns").to_equal(
        torch.tensor([1.0, 0.0]).expand(3, 2)
    )


@exercise("03.prefix_matching_score")
def test_other_lengths_are_refused(learner):
    with expect_error(ValueError):
        learner.scores.prefix_matching_score(torch.eye(12), 5)
