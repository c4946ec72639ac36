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
            ),
            mistake(
                "The logits at a position were compared with the token before it, not with the next.",
                lambda: -logits[:, 1:].log_softmax(-1).gather(-1, TOKENS[:, :-1, None])[..., 0],
            ),
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
        parts=("the first half", "the second half"),
        watch_for=[
            mistake("The first token of the second half was counted: nobody can know it.", (2.0, 130 / 3)),
            mistake("The first token of the second half was counted, to the first.", (26.5, 15.0)),
        ],
    )


@exercise("03.half_losses")
def test_without_bos_there_is_one_loss_less(learner):
    loss = torch.tensor([[2.0, 4, 100, 10, 20]])  # a b c a b c
    halves = learner.losses.half_losses(loss, 3)
    expect((halves.first, halves.second), "losses of both halves").to_equal(
        (3.0, 15.0), parts=("the first half", "the second half")
    )


@exercise("03.half_losses")
def test_halves_of_five_batches(learner):
    generator = torch.Generator().manual_seed(3)
    shapes = ((3, 1, 2), (4, 0, 3), (2, 1, 4), (5, 0, 5), (6, 1, 6))  # L, with BOS or without, rows
    losses = [6 * torch.rand(rows, 2 * half - 1 + bos, generator=generator) for half, bos, rows in shapes]
    halves = [learner.losses.half_losses(loss, half) for loss, (half, _, _) in zip(losses, shapes, strict=True)]
    names = [f"L = {half} {'with' if bos else 'without'} BOS" for half, bos, _ in shapes]
    first = torch.tensor([2.505662, 2.238073, 1.348309, 3.296851, 2.913997])  # by the course's solution
    second = torch.tensor([2.673379, 2.372148, 3.206022, 2.860591, 2.908347])
    expect(torch.tensor([h.first for h in halves]), "losses of the first half of five batches").to_equal(
        first,
        parts=names,
        watch_for=[
            mistake(
                "The first token of the second half was counted, to the first.",
                torch.tensor([2.565355, 2.440308, 1.557811, 3.209314, 2.830498]),
            ),
            mistake("This is the loss of the second half.", second),
            mistake(
                "With BOS, the first token's loss was left out: BOS predicts it.",
                torch.tensor([2.594299, 2.238073, 1.401002, 3.296851, 2.746623]),
            ),
            mistake(
                "The first loss of every row was left out: it belongs to the first half.",
                torch.tensor([2.594299, 2.039668, 1.401002, 3.418826, 2.746623]),
            ),
            mistake(
                "Only the first row of the batch was read.",
                torch.tensor([0.7913507, 1.210973, 0.354593, 3.675078, 2.819853]),
            ),
            mistake(
                "Losses were added up: take their mean.",
                torch.tensor([15.03397, 20.14266, 10.78647, 65.93702, 104.9039]),
            ),
        ],
    )
    expect(torch.tensor([h.second for h in halves]), "losses of the second half of five batches").to_equal(
        second,
        parts=names,
        watch_for=[
            mistake(
                "The first token of the second half was counted: nobody can know it.",
                torch.tensor([2.697064, 2.540864, 2.591419, 2.860305, 2.811873]),
            ),
            mistake("This is the loss of the first half.", first),
            mistake(
                "Only the first row of the batch was read.",
                torch.tensor([1.595192, 3.944213, 2.211756, 4.023849, 2.982749]),
            ),
            mistake(
                "The sum was divided by L tokens: the first of the half is not among them.",
                torch.tensor([1.782253, 1.779111, 1.603011, 2.288473, 2.423622]),
            ),
            mistake(
                "Losses were added up: take their mean.",
                torch.tensor([10.69352, 21.34933, 12.82409, 57.21181, 87.2504]),
            ),
        ],
    )


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


@exercise("03.in_context_learning_score")
def test_five_pairs_of_places(learner):
    loss = 6 * torch.rand(3, 9, generator=torch.Generator().manual_seed(4))
    places = ((1, 6), (0, -1), (3, 8), (7, 2), (-4, 4))
    scores = [learner.losses.in_context_learning_score(loss, early, late) for early, late in places]
    right = torch.tensor([3.596372, -0.5156093, 0.2516963, -2.782694, -0.1381586])  # by the course's solution
    expect(scores, "scores for early = 1, 0, 3, 7, −4 and late = 6, −1, 8, 2, 4").to_equal(
        right.tolist(),
        parts=[f"early = {early}, late = {late}".replace("-", "−") for early, late in places],
        watch_for=[
            mistake("Early minus late: the sign is wrong.", -right),
            mistake(
                "This is a ratio: the difference is asked.",
                torch.tensor([2.96189, 0.8599389, 1.086375, 0.3731714, 0.9403032]),
            ),
            mistake(
                "Entries were counted from one: entry 0 is the first.",
                torch.tensor([-1.366978, 1.273614, 2.782694, -3.596372, 0.7378314]),
            ),
            mistake("Rows were added up: take their mean.", 3 * right),
            mistake(
                "Only the first row of the batch was read.",
                torch.tensor([2.602813, 0.3536425, 2.451455, -4.929938, -0.1906039]),
            ),
        ],
    )
