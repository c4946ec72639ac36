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


def six_patterns(t):
    """Causal patterns of six heads, drawn at random."""
    scores = 2 * torch.randn(6, t, t, generator=torch.Generator().manual_seed(t))
    return scores.masked_fill(torch.ones(t, t).triu(1).bool(), -torch.inf).softmax(-1)


@exercise("03.current_token_score")
def test_a_head_that_looks_at_itself(learner):
    expect(learner.scores.current_token_score(torch.eye(6)), "score").to_equal(torch.tensor(1.0))
    half = torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0], [1, 0, 0]])
    expect(learner.scores.current_token_score(half), "score").to_equal(torch.tensor(0.5))
    both = torch.stack([torch.eye(3), half])
    expect(learner.scores.current_token_score(both), "scores of two patterns").to_equal(torch.tensor([1.0, 0.5]))


@exercise("03.current_token_score")
def test_current_token_of_six_heads(learner):
    right = torch.tensor([0.3175495, 0.3867416, 0.3442813, 0.5423629, 0.3210624, 0.3322273])  # by the course's solution
    expect(learner.scores.current_token_score(six_patterns(7)), "scores of six heads, t = 7").to_equal(
        right,
        watch_for=[
            mistake("The first query was left out: it is at a position, too.", (7 * right - 1) / 6),
            mistake("This is the sum over queries: take the mean.", 7 * right),
        ],
    )


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


@exercise("03.previous_token_score")
def test_previous_token_of_six_heads(learner):
    right = torch.tensor([0.159114, 0.1965133, 0.3260469, 0.3019661, 0.295821, 0.2226189])  # by the course's solution
    expect(learner.scores.previous_token_score(six_patterns(7)), "scores of six heads, t = 7").to_equal(
        right,
        watch_for=[
            mistake("The pattern was read as [key, query].", torch.zeros(6)),
            mistake("The first query has no position before it: divide by t − 1.", 6 / 7 * right),
            mistake(
                "This is attention to the position itself, not to the one before.",
                torch.tensor([0.3175495, 0.3867416, 0.3442813, 0.5423629, 0.3210624, 0.3322273]),
            ),
            mistake(
                "This is attention to two positions before.",
                torch.tensor([0.1670038, 0.3699439, 0.2414709, 0.08661336, 0.2621562, 0.2892827]),
            ),
            mistake(
                "The first query that has a position before it was left out.",
                torch.tensor([0.1858227, 0.0433137, 0.1916401, 0.3058511, 0.2639709, 0.07501216]),
            ),
            mistake("This is the sum over queries: take the mean.", 6 * right),
        ],
    )


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


@exercise("03.first_token_score")
def test_first_token_of_six_heads(learner):
    right = torch.tensor([0.3774022, 0.3191836, 0.2360619, 0.1086369, 0.1711478, 0.3075034])  # by the course's solution
    expect(learner.scores.first_token_score(six_patterns(7)), "scores of six heads, t = 7").to_equal(
        right,
        watch_for=[
            mistake("The first query was counted: it sees nothing else.", (1 + 6 * right) / 7),
            mistake("The first query was left out, but the sum was divided by t all the same.", 6 / 7 * right),
            mistake("The pattern was read as [key, query].", torch.zeros(6)),
            mistake(
                "This is the last query's attention alone: take the mean over queries.",
                torch.tensor([0.8055617, 0.2100881, 0.04831789, 0.008487423, 0.02974396, 0.0001893991]),
            ),
            mistake(
                "The last query was left out, not the first.",
                torch.tensor([0.4098085, 0.4508356, 0.3946755, 0.2738889, 0.3328572, 0.4741385]),
            ),
            mistake("This is the sum over queries: take the mean.", 6 * right),
        ],
    )


@exercise("03.prefix_matching_score")
@pytest.mark.parametrize("bos", [True, False])
def test_an_induction_head_scores_1_and_its_neighbours_nothing(learner, bos):
    half, t = 5, 10 + bos
    scores = [learner.scores.prefix_matching_score(stripe(t, half + d), half) for d in (-2, -1, 0)]
    expect(scores, "scores of heads that look L − 2, L − 1 and L back").to_equal(
        [0.0, 1.0, 0.0],
        parts=("the head that looks L − 2 back", "the one that looks L − 1 back", "the one that looks L back"),
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


def seen(patterns, back, queries):
    """The mean over queries of each head's attention to the key so far back."""
    return torch.stack([patterns[:, q, q - back] for q in queries], 1).mean(1)


@exercise("03.prefix_matching_score")
@pytest.mark.parametrize(
    "bos, right",  # by the course's solution
    [
        (True, [0.1190144, 0.07254251, 0.4383733, 0.1638712, 0.2921371, 0.07435102]),
        (False, [0.1301606, 0.1257677, 0.1700165, 0.142675, 0.2292513, 0.1598361]),
    ],
)
def test_six_heads_drawn_at_random(learner, bos, right):
    t, right = 8 + bos, torch.tensor(right)
    patterns = six_patterns(t)
    expect(learner.scores.prefix_matching_score(patterns, 4), "scores of six heads, L = 4").to_equal(
        right,
        watch_for=[
            mistake(
                "Off by one: L back is the token itself; what came after it is L − 1 back.",
                lambda: seen(patterns, 4, range(t - 4, t)),
            ),
            mistake(
                "Off by one, the other way: L − 2 back is two after the first occurrence.",
                lambda: seen(patterns, 2, range(t - 4, t)),
            ),
            mistake("Queries of the first half were counted.", lambda: patterns.diagonal(-3, 1, 2).mean(1)),
            mistake(
                "The last query was left out: it is a second occurrence too.",
                lambda: seen(patterns, 3, range(t - 4, t - 1)),
            ),
            mistake(
                "The first query of the second half was left out: it is a second occurrence too.",
                lambda: seen(patterns, 3, range(t - 3, t)),
            ),
            mistake("The pattern was read as [key, query].", torch.zeros(6)),
            mistake("The sum was divided by the length of the row: L queries are counted.", 4 / (8 + bos) * right),
            mistake("This is the sum over queries: take the mean.", 4 * right),
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
