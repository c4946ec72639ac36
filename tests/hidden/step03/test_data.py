"""Repeated tokens of any size, and batches whose period varies."""

import pytest
import torch

from autograder import exercise, expect, expect_error


@exercise("03.repeated_tokens")
def test_any_size(learner, draw):
    half, vocab, batch = int(draw.integers(2, 20, 1)), int(draw.integers(21, 60, 1)), int(draw.integers(1, 9, 1))
    for bos in (True, False):
        tokens = learner.data.repeated_tokens(batch, half, vocab, draw.seed(), bos=bos)
        expect(tokens, "tokens").to_have_shape(batch, 2 * half + bos)
        expect(tokens.dtype, "dtype").to_equal(torch.int64)
        first, second = tokens[:, int(bos) : half + bos], tokens[:, half + bos :]
        expect(second, "second half").to_equal(first)
        expect(first, "ordinary tokens").to_be_within(0, vocab - 2)
        expect(tokens[:, : int(bos)], "BOS").to_equal(torch.full((batch, int(bos)), vocab - 1))


@exercise("03.repeated_tokens")
def test_the_largest_half_uses_every_ordinary_token(learner, draw):
    tokens = learner.data.repeated_tokens(30, 9, 10, draw.seed())[:, 1:10]
    expect(tokens.sort(dim=1).values, "sorted first half").to_equal(torch.arange(9).expand(30, 9))


@exercise("03.repeated_tokens")
def test_rows_and_orders_are_drawn_evenly(learner, draw):
    tokens = learner.data.repeated_tokens(3000, 4, 11, draw.seed())[:, 1:5]
    for place in range(4):
        share = tokens[:, place].bincount(minlength=10) / 3000
        expect(share, "share of each token at one place").to_be_within(0.06, 0.14)
    rising = (tokens.diff(dim=1) > 0).all(1).double().mean().item()
    expect(rising, "share of rows in rising order").to_be_at_most(0.12)


@exercise("03.repeated_tokens")
def test_the_global_generator_is_left_alone(learner, draw):
    """Two calls with the same seed agree, though others have drawn in between."""
    seed = draw.seed()
    one = learner.data.repeated_tokens(3, 8, 40, seed)
    learner.data.repeated_tokens(7, 5, 40, draw.seed())
    expect(learner.data.repeated_tokens(3, 8, 40, seed), "tokens of the same seed").to_equal(one)
    other = learner.data.repeated_tokens(3, 8, 40, seed + 1)
    expect(bool((one == other).all()), "whether another seed gives the same tokens").to_equal(False)


@exercise("03.repeated_tokens")
def test_halves_of_one_token(learner, draw):
    tokens = learner.data.repeated_tokens(3, 1, 2, draw.seed())
    expect(tokens, "tokens with L = 1 and one ordinary token").to_equal(torch.tensor([[1, 0, 0]] * 3))


@exercise("03.repeated_tokens")
@pytest.mark.parametrize("half", [-1, 0, 17, 18])
def test_halves_that_do_not_fit(learner, half):
    with expect_error(ValueError):
        learner.data.repeated_tokens(2, half, 17, seed=0)


@exercise("03.training_batches")
def test_all_periods_come_up_evenly(learner, draw):
    batches = learner.data.training_batches(300, 1, 14, (4, 6), 12, draw.seed())
    count = torch.tensor([period_of(tokens) for tokens in batches]).bincount(minlength=8)
    expect(count[4:7], "how often each period came up in 300 batches").to_be_within(60, 145)
    expect(int(count.sum() - count[4:7].sum()), "batches with another period").to_equal(0)


def period_of(tokens):
    ordinary = tokens[:, 1:]
    fitting = [p for p in range(1, ordinary.shape[1]) if bool((ordinary[:, p:] == ordinary[:, :-p]).all())]
    return fitting[0] if fitting else 0


@exercise("03.training_batches")
def test_tokens_within_a_period_are_different_and_rows_differ(learner, draw):
    for tokens in learner.data.training_batches(6, 8, 23, (9, 9), 30, draw.seed()):
        expect(tokens[:, 0], "first column").to_equal(torch.full((8,), 29))
        expect(tokens[:, 1:], "ordinary tokens").to_be_within(0, 28)
        period = tokens[:, 1:10]
        gaps = period.sort(dim=1).values.diff(dim=1).min().item()
        expect(gaps, "smallest difference of two tokens in a period").to_be_at_least(1)
        expect(tokens[:, 10:19], "second period").to_equal(period)
        expect(tokens[:, 19:], "what is left of the third").to_equal(period[:, :4])
        expect(bool((period == period[:1]).all()), "whether all rows are the same").to_equal(False)


@exercise("03.training_batches")
def test_periods_of_one_token(learner, draw):
    for tokens in learner.data.training_batches(3, 4, 9, (1, 1), 30, draw.seed()):
        expect(tokens, "a batch").to_have_shape(4, 9)
        expect(tokens[:, 2:], "tokens after the first ordinary one").to_equal(tokens[:, 1:2].expand(4, 7))


@exercise("03.training_batches")
def test_the_seed_decides_about_everything(learner, draw):
    seed = draw.seed()
    one, same = (learner.data.training_batches(8, 3, 15, (3, 7), 12, seed) for _ in range(2))
    for a, b in zip(one, same, strict=True):
        expect(b, "a batch of the same seed").to_equal(a)
    other = learner.data.training_batches(8, 3, 15, (3, 7), 12, seed + 1)
    alike = all(bool((a == b).all()) for a, b in zip(one, other, strict=True))
    expect(alike, "whether another seed gives the same batches").to_equal(False)


@exercise("03.training_batches")
def test_batches_are_not_those_of_neighbouring_seeds(learner, draw):
    seed = draw.seed()
    one, other = (learner.data.training_batches(6, 4, 13, (6, 6), 40, s) for s in (seed, seed + 1))
    shared = [i for i, a in enumerate(one) for b in other if bool((a == b).all())]
    expect(shared, "batches that come back with the next seed").to_equal([])


@exercise("03.training_batches")
def test_no_two_of_many_batches_share_their_tokens(learner, draw):
    batches = learner.data.training_batches(400, 2, 9, (8, 8), 40, draw.seed())
    distinct = len({tuple(tokens.flatten().tolist()) for tokens in batches})
    expect(distinct == 400, "whether all of 400 batches are different").to_be_true(
        "Of many batches some are the same: no two may share their tokens."
    )


@exercise("03.training_batches")
@pytest.mark.parametrize("periods", [(5, 4), (0, 4), (3, 12)])
def test_periods_that_do_not_fit(learner, periods):
    with expect_error(ValueError):
        learner.data.training_batches(3, 2, 11, periods, 12, seed=0)
