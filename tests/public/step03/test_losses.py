"""Losses by position and by half."""

import math

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake

TOKENS = torch.tensor([[3, 0, 1, 0, 1]])


def sure(tokens, vocab=4, strength=4.0):
    """Logits that are right about every token that is still to come: [batch, t, vocab]."""
    coming = torch.cat([tokens[:, 1:], tokens[:, :1]], dim=1)
    return strength * torch.nn.functional.one_hot(coming, vocab).float()


@exercise("03.per_position_loss")
def test_one_loss_for_each_token_but_the_first(learner):
    loss = learner.losses.per_position_loss(torch.zeros(1, 5, 4), TOKENS)
    expect(loss, "loss of equal logits").to_equal(torch.full((1, 4), math.log(4)))


@exercise("03.per_position_loss")
def test_position_i_predicts_token_i_plus_1(learner):
    logits = sure(TOKENS)
    logits[0, 1] = 0  # says nothing about the token at position 2
    right = math.log(1 + 3 * math.exp(-4))
    expect(learner.losses.per_position_loss(logits, TOKENS), "losses").to_equal(
        torch.tensor([[right, math.log(4), right, right]]),
        watch_for=[
            mistake(
                "The logits at a position were compared with the token at that position, not with the next.",
                lambda: -logits[:, 1:].log_softmax(-1).gather(-1, TOKENS[:, 1:, None])[..., 0],
            )
        ],
    )


@exercise("03.per_position_loss")
def test_large_logits_do_not_overflow(learner):
    loss = learner.losses.per_position_loss(sure(TOKENS, strength=1000.0), TOKENS)
    expect(loss, "loss of a very sure model").to_equal(torch.zeros(1, 4))


@exercise("03.half_losses")
def test_the_token_that_nobody_can_know_is_in_neither_half(learner):
    loss = torch.tensor([[1.0, 2, 3, 100, 10, 20]])  # BOS a b c a b c
    halves = learner.losses.half_losses(loss, 3)
    expect((halves.first, halves.second), "losses of both halves").to_equal(
        (2.0, 15.0),
        watch_for=[
            mistake("The first token of the second half was counted: nobody can know it.", (2.0, 130 / 3)),
            mistake("The first token of the second half was counted, to the first.", (26.5, 15.0)),
        ],
    )


@exercise("03.half_losses")
def test_without_bos_there_is_one_loss_less(learner):
    loss = torch.tensor([[2.0, 4, 100, 10, 20]])  # a b c a b c
    halves = learner.losses.half_losses(loss, 3)
    expect((halves.first, halves.second), "losses of both halves").to_equal((3.0, 15.0))


@exercise("03.half_losses")
@pytest.mark.parametrize("width", [4, 7])
def test_other_widths_are_refused(learner, width):
    with expect_error(ValueError):
        learner.losses.half_losses(torch.ones(2, width), 3)


@exercise("03.in_context_learning_score")
def test_late_minus_early(learner):
    loss = torch.tensor([[4.0, 3, 2, 1], [4, 4, 3, 2]])
    expect(learner.losses.in_context_learning_score(loss, early=1, late=3), "score").to_equal(
        -2.0, watch_for=[mistake("Early minus late: the sign is wrong.", 2.0)]
    )
    expect(learner.losses.in_context_learning_score(loss, early=0, late=-1), "score, last minus first").to_equal(-2.5)
