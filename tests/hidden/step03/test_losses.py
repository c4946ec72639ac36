"""Losses of random logits."""

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("03.per_position_loss")
def test_any_logits(learner, draw):
    logits, tokens = 3 * draw.normal(4, 9, 11), draw.integers(0, 11, 4, 9)
    right = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten(), reduction="none")
    log_softmax = logits.log_softmax(-1)
    expect(learner.losses.per_position_loss(logits, tokens), "losses").to_match(
        right.reshape(4, 8),
        watch_for=[
            mistake("Compared with the token that is there, not with the next.",
                    -log_softmax[:, :-1].gather(-1, tokens[:, :-1, None])[..., 0]),
            mistake("The softmax ran along positions.",
                    lambda: -logits.log_softmax(1)[:, :-1].gather(-1, tokens[:, 1:, None])[..., 0]),
            mistake("The sign is wrong.", -right.reshape(4, 8)),
        ],
    )  # fmt: skip


@exercise("03.per_position_loss")
def test_huge_logits_and_float64(learner, draw):
    logits, tokens = 3000 * draw.normal(3, 6, 7, dtype=torch.float64), draw.integers(0, 7, 3, 6)
    right = -logits[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None])[..., 0]
    expect(learner.losses.per_position_loss(logits, tokens), "losses of huge float64 logits").to_match(right)


@exercise("03.half_losses")
def test_any_losses(learner, draw):
    for half in (2, 5, 9):
        for bos in (0, 1):
            loss = 4 * draw.uniform(6, 2 * half - 1 + bos)
            right = (loss[:, : half - 1 + bos].mean().item(), loss[:, half + bos :].mean().item())
            halves = learner.losses.half_losses(loss, half)
            expect((halves.first, halves.second), "losses of both halves").to_match(
                right,
                rtol=1e-5,
                watch_for=[
                    mistake(
                        "The first token of the second half was counted: nobody can know it.",
                        (right[0], loss[:, half - 1 + bos :].mean().item()),
                    ),
                    mistake(
                        "The first token of the second half was counted, to the first.",
                        (loss[:, : half + bos].mean().item(), right[1]),
                    ),
                ],
            )


@exercise("03.half_losses")
def test_widths_that_do_not_fit(learner):
    for width in (8, 11):
        with expect_error(ValueError):
            learner.losses.half_losses(torch.ones(2, width), 5)


@exercise("03.in_context_learning_score")
def test_any_two_positions(learner, draw):
    loss = 5 * draw.uniform(7, 30)
    for early, late in ((4, 25), (0, -1), (10, 3)):
        right = (loss[:, late].mean() - loss[:, early].mean()).item()
        expect(learner.losses.in_context_learning_score(loss, early, late), "score").to_match(
            right,
            atol=1e-5,
            watch_for=[
                mistake("Early minus late: the sign is wrong.", -right),
                mistake("Entries were counted from one: entry 0 is the first.",
                        lambda e=early, la=late: (loss[:, la - 1].mean() - loss[:, e - 1].mean()).item()),
            ],
        )  # fmt: skip
