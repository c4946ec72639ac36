"""Restricted and excluded loss, the norm, and the phases, on small clocks whose losses are known."""

import math

import pytest
import torch

from autograder import exercise, expect, mistake

P = 11
PAIR = torch.arange(P * P)
LABELS = (PAIR // P + PAIR % P) % P


def clock_logits(alphas):
    """Logits Σ α_k cos w_k(a + b − c)."""
    difference = LABELS[:, None] - torch.arange(P)
    return torch.stack([alpha * (2 * math.pi * k / P * difference).cos() for k, alpha in alphas.items()]).sum(0)


def loss(logits, rows=slice(None)):
    return torch.nn.functional.cross_entropy(logits.double()[rows], LABELS[rows])


def noise():
    """Logits of waves of a alone: no direction of w(a + b) has anything of them."""
    a, c = (PAIR // P)[:, None], torch.arange(P)
    return 2 * (2 * math.pi / P * 3 * a + c).cos()


@exercise("02.restricted_loss")
def test_noise_outside_the_key_frequencies_is_removed(learner):
    clean = clock_logits({2: 4.0, 3: 4.0})
    restricted = learner.progress.restricted_loss(clean + noise(), torch.tensor([2, 3]))
    expect(restricted, "restricted loss").to_equal(
        loss(clean).item(), rtol=1e-4, watch_for=[mistake("This is the full loss.", loss(clean + noise()).item())]
    )


@exercise("02.restricted_loss")
def test_the_mean_logits_are_given_back(learner):
    clean = clock_logits({2: 4.0, 3: 4.0})
    bias = 3 * torch.linspace(-1, 1, P)
    restricted = learner.progress.restricted_loss(clean + bias, torch.tensor([2, 3]))
    expect(restricted, "restricted loss of biased logits").to_equal(
        loss(clean + bias).item(),
        rtol=1e-4,
        watch_for=[mistake("The bias was not corrected: give back the mean logits.", loss(clean).item())],
    )


@exercise("02.restricted_loss")
def test_other_frequencies_are_left_out(learner):
    restricted = learner.progress.restricted_loss(clock_logits({2: 4.0, 3: 4.0, 5: 4.0}), torch.tensor([2, 3]))
    expect(restricted, "restricted loss").to_equal(loss(clock_logits({2: 4.0, 3: 4.0})).item(), rtol=1e-4)


@exercise("02.excluded_loss")
def test_one_frequency_is_taken_away_at_a_time(learner):
    logits, train = clock_logits({1: 5.0, 2: 3.0, 4: 2.0}), torch.arange(0, P * P, 3)
    without = torch.stack([
        loss(clock_logits({2: 3.0, 4: 2.0}), train),
        loss(clock_logits({1: 5.0, 4: 2.0}), train),
        loss(clock_logits({1: 5.0, 2: 3.0}), train),
    ])  # fmt: skip
    nothing_left = torch.full((3,), math.log(P), dtype=torch.float64)
    expect(learner.progress.excluded_loss(logits, torch.tensor([1, 2, 4]), train), "excluded losses").to_equal(
        without, rtol=1e-5, watch_for=[mistake("All key frequencies were taken away at once.", nothing_left)]
    )


@exercise("02.excluded_loss")
def test_the_bias_is_not_corrected(learner):
    """Removing cos and sin w(a + b) leaves the mean of every column alone; there is nothing to give back."""
    bias = 3 * torch.linspace(-1, 1, P)
    train = torch.arange(40)
    excluded = learner.progress.excluded_loss(clock_logits({1: 4.0, 2: 4.0}) + bias, torch.tensor([1]), train)
    expect(excluded, "excluded loss of biased logits").to_equal(
        loss(clock_logits({2: 4.0}) + bias, train)[None],
        rtol=1e-5,
        watch_for=[mistake("All pairs were counted; only the training rows should be.",
                           loss(clock_logits({2: 4.0}) + bias)[None])],
    )  # fmt: skip


@exercise("02.excluded_loss")
def test_a_memorised_answer_does_not_miss_a_wave(learner):
    """Logits of 10 for the answer on the training rows alone: most of it is no wave of any one frequency."""
    train = torch.arange(0, P * P, 4)
    logits = torch.zeros(P * P, P)
    logits[train, LABELS[train]] = 10.0
    excluded = learner.progress.excluded_loss(logits, torch.tensor([1, 3]), train)
    expect(excluded, "excluded losses").to_have_shape(2)
    expect(excluded, "excluded losses of a model that memorised").to_be_within(1e-6, 0.05)


@exercise("02.most_needed_frequency")
def test_the_strongest_of_three_waves_is_needed_most(learner):
    """Taking it away leaves the other two; alone it is worse than they are."""
    logits = clock_logits({1: 3.0, 4: 2.0, 2: 2.5})
    found = learner.progress.most_needed_frequency(logits, torch.tensor([4, 1, 2]))
    expect(found.frequency, "the frequency").to_equal(1)
    without, alone = loss(clock_logits({4: 2.0, 2: 2.5})).item(), loss(clock_logits({1: 3.0})).item()
    expect(found.without, "loss without it").to_equal(without, rtol=1e-4)
    expect(found.alone, "loss with it alone").to_equal(alone, rtol=1e-4)
    expect(found.enough, "whether it is enough").to_equal(False)


@exercise("02.most_needed_frequency")
def test_one_wave_that_does_all_the_work(learner):
    """Two weak waves beside a strong one are decoration."""
    found = learner.progress.most_needed_frequency(clock_logits({3: 40.0, 5: 0.1, 1: 0.1}), torch.tensor([1, 3, 5]))
    expect(found.frequency, "the frequency").to_equal(3)
    expect(found.enough, "whether it is enough").to_equal(True)
    expect(found.alone, "loss with it alone").to_equal(loss(clock_logits({3: 40.0})).item(), rtol=1e-3, atol=1e-6)


@exercise("02.most_needed_frequency")
def test_only_key_frequencies_are_asked(learner):
    """The strongest wave of all is no key frequency here, and stays when one of them is taken away."""
    logits = clock_logits({2: 3.0, 3: 2.0, 5: 6.0})
    found = learner.progress.most_needed_frequency(logits, torch.tensor([3, 2]))
    expect(found.frequency, "the frequency").to_equal(2)
    expect(found.without, "loss without it").to_equal(loss(clock_logits({3: 2.0, 5: 6.0})).item(), rtol=1e-4)
    expect(found.alone, "loss with it alone").to_equal(loss(clock_logits({2: 3.0})).item(), rtol=1e-4)


@exercise("02.most_needed_frequency")
def test_the_one_that_is_missed_is_not_the_one_that_is_best_alone(learner):
    """Frequency 2 is stronger than 5. But 1, no key frequency, confuses neighbours, and 5 tells them apart."""
    logits = clock_logits({1: 6.0, 5: 3.0, 2: 3.5})
    found = learner.progress.most_needed_frequency(logits, torch.tensor([2, 5]))
    expect(found.frequency, "the frequency").to_equal(
        5, watch_for=[mistake("This one is better alone, but it is missed less.", 2)]
    )


@exercise("02.most_needed_frequency")
def test_the_mean_logits_stay_when_it_is_alone(learner):
    bias = 3 * torch.linspace(-1, 1, P)
    found = learner.progress.most_needed_frequency(clock_logits({1: 4.0, 2: 3.0}) + bias, torch.tensor([1, 2]))
    expect(found.alone, "loss with frequency 1 alone, of biased logits").to_equal(
        loss(clock_logits({1: 4.0}) + bias).item(),
        rtol=1e-4,
        watch_for=[
            mistake(
                "The mean logits went, too: `restricted_loss` gives them back.", loss(clock_logits({1: 4.0})).item()
            )
        ],
    )
    expect(found.without, "loss without it").to_equal(loss(clock_logits({2: 3.0}) + bias).item(), rtol=1e-4)


@exercise("02.weight_norm")
def test_all_squares_are_added_up(learner):
    weights = {"W_E": torch.full((2, 3), 2.0), "W_U": torch.tensor([[3.0], [-4.0]])}
    expect(learner.progress.weight_norm(weights), "sum of squares").to_equal(
        49.0, watch_for=[mistake("The root was taken; the sum of squares is asked.", 7.0)]
    )


EPOCHS = torch.arange(0, 1200, 100)
TEST_LOSS = torch.tensor([4.7, 10, 20, 18, 16, 12, 3, 0.3, 0.1, 0.05, 0.04, 0.04], dtype=torch.float64)
EXCLUDED = torch.tensor([4.7, 0.5, 0.2, 0.6, 1, 2, 3, 4, 4, 4, 4, 4], dtype=torch.float64)
NORM = torch.tensor([8, 30, 28, 26, 24, 22, 19, 16, 13, 10.4, 10.1, 10], dtype=torch.float64)


@exercise("02.training_phases")
def test_the_three_phases_of_a_run_that_groks(learner):
    """At 800 the test loss is low, but the weights are still shrinking."""
    found = learner.progress.training_phases(EPOCHS, TEST_LOSS, EXCLUDED, NORM)
    expect(tuple(found), "ends of memorisation, circuit formation and clean-up").to_equal(
        (200, 500, 900), watch_for=[mistake("Clean-up ended while the weights still shrank.", (200, 500, 800))]
    )


@exercise("02.training_phases")
@pytest.mark.parametrize("records, expected", [(4, (200, None, None)), (7, (200, 500, None)), (10, (200, 500, None))])
def test_a_run_cut_short_has_not_ended_its_phases(learner, records, expected):
    curves = (curve[:records] for curve in (TEST_LOSS, EXCLUDED, NORM))
    found = learner.progress.training_phases(EPOCHS[:records], *curves)
    for end, (name, value) in enumerate(zip(found._fields, expected, strict=True)):
        if value is None:
            expect(found[end] is None, f"whether {name} is None").to_be_true(f"{name} must be None: it has not ended.")
        else:
            expect(found[end], name).to_equal(value)
