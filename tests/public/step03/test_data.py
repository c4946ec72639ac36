"""Repeated tokens, and what to train on."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("03.repeated_tokens")
def test_bos_then_the_same_tokens_twice(learner):
    tokens = learner.data.repeated_tokens(3, 5, 12, seed=0)
    expect(tokens, "tokens of 3 rows with L = 5").to_have_shape(3, 11)
    expect(tokens.dtype, "dtype").to_equal(torch.int64)
    expect(tokens[:, 0], "first column").to_equal(torch.full((3,), 11))
    expect(tokens[:, 6:], "second half").to_equal(tokens[:, 1:6])


@exercise("03.repeated_tokens")
def test_no_token_comes_twice_in_a_half_and_bos_never(learner):
    tokens = learner.data.repeated_tokens(50, 6, 8, seed=1)[:, 1:7]
    different = tokens.sort(dim=1).values.diff(dim=1).min().item()
    expect(different, "smallest difference of two tokens in a half").to_be_at_least(1)
    expect(tokens, "ordinary tokens").to_be_within(0, 6)


@exercise("03.repeated_tokens")
def test_without_bos(learner):
    with_bos = learner.data.repeated_tokens(4, 5, 12, seed=2)
    expect(learner.data.repeated_tokens(4, 5, 12, seed=2, bos=False), "tokens without BOS").to_equal(with_bos[:, 1:])


@exercise("03.repeated_tokens")
def test_the_seed_decides(learner):
    one, same, other = (learner.data.repeated_tokens(4, 6, 30, seed=s) for s in (3, 3, 4))
    expect(same, "tokens of the same seed").to_equal(one)
    expect(bool((one == other).all()), "whether seed 4 gives the same as seed 3").to_equal(False)


@exercise("03.repeated_tokens")
@pytest.mark.parametrize("half", [0, 12])
def test_a_half_that_does_not_fit_is_refused(learner, half):
    with expect_error(ValueError):
        learner.data.repeated_tokens(2, half, 12, seed=0)


@exercise("03.training_batches")
def test_every_batch_repeats_with_a_period_of_its_own(learner):
    batches = learner.data.training_batches(40, 2, 20, (4, 6), 9, seed=0)
    expect(len(batches), "number of batches").to_equal(40)
    found = {period_of(tokens) for tokens in batches}
    expect(sorted(found), "periods of 40 batches").to_equal([4, 5, 6])


def period_of(tokens):
    """The least distance at which a batch repeats, BOS left out; 0 for none."""
    ordinary = tokens[:, 1:]
    fitting = [p for p in range(1, ordinary.shape[1]) if bool((ordinary[:, p:] == ordinary[:, :-p]).all())]
    return fitting[0] if fitting else 0


@exercise("03.training_batches")
def test_a_period_that_is_the_only_one(learner):
    periods = [3, 5, 2, 8, 7]  # both bounds are the same, so that nothing is left to chance
    batches = [learner.data.training_batches(1, 2, 21, (p, p), 11, seed=p)[0] for p in periods]
    expect([period_of(tokens) for tokens in batches], "periods where the only one is 3, 5, 2, 8 and 7").to_equal(
        periods,
        parts=[f"period {p}" for p in periods],
        watch_for=[
            mistake("Tokens come again one position too late.", [p + 1 for p in periods]),
            mistake("Tokens come again one position too early.", [p - 1 for p in periods]),
            mistake("Every row is two halves, whatever the period.", [10] * 5),
        ],
    )


@exercise("03.training_batches")
def test_all_rows_have_the_length_that_was_asked_for_and_begin_with_bos(learner):
    for tokens in learner.data.training_batches(5, 3, 17, (2, 8), 10, seed=1):
        expect(tokens, "a batch").to_have_shape(3, 17)
        expect(tokens[:, 0], "first column").to_equal(torch.full((3,), 9))
        expect(tokens[:, 1:], "ordinary tokens").to_be_within(0, 8)


@exercise("03.training_batches")
def test_no_two_batches_are_alike(learner):
    batches = learner.data.training_batches(6, 4, 11, (5, 5), 40, seed=2)
    alike = [i for i in range(1, 6) if bool((batches[i] == batches[i - 1]).all())]
    expect(alike, "batches that are the same as the one before").to_equal([])


@exercise("03.training_batches")
def test_periods_the_wrong_way_round_are_refused(learner):
    with expect_error(ValueError):
        learner.data.training_batches(3, 2, 11, (6, 4), 12, seed=0)
