"""Directions of cos and sin w(a + b), and what the logits are made of."""

import math

import torch

from autograder import exercise, expect, mistake

P = 13


def angle(k, of="a+b", p=P):
    pair = torch.arange(p * p)
    a, b = pair // p, pair % p
    return 2 * math.pi * k / p * {"a": a, "b": b, "a+b": a + b, "a-b": a - b}[of]


def clock_logits(alphas, p=P):
    """Logits Σ α_k cos w_k(a + b − c)."""
    pair, c = torch.arange(p * p), torch.arange(p)
    difference = (pair // p + pair % p)[:, None] - c
    return torch.stack([alpha * (2 * math.pi * k / p * difference).cos() for k, alpha in alphas.items()]).sum(0)


@exercise("02.trig_directions")
def test_the_directions_are_the_waves_of_the_sum(learner):
    expected = torch.stack([angle(3).cos(), angle(3).sin()]) * math.sqrt(2) / P
    of_difference = torch.stack([angle(3, "a-b").cos(), angle(3, "a-b").sin()]) * math.sqrt(2) / P
    expect(learner.logits.trig_directions(P, 3), "directions of frequency 3").to_equal(
        expected,
        atol=1e-5,
        watch_for=[
            mistake("These are cos and sin of w(a − b).", of_difference),
            mistake("They are not scaled to norm 1.", expected * P / math.sqrt(2)),
        ],
    )


@exercise("02.trig_directions")
def test_directions_of_all_frequencies_are_orthonormal(learner):
    rows = torch.cat([learner.logits.trig_directions(7, k) for k in (1, 2, 3)])
    expect(rows @ rows.T, "dot products of all six directions").to_equal(torch.eye(6), atol=1e-5)


@exercise("02.project_onto_frequency")
def test_a_wave_of_the_sum_is_kept(learner):
    x = 3 * angle(2).cos() - angle(2).sin()
    expect(learner.logits.project_onto_frequency(x, 2), "projection of a wave of frequency 2").to_equal(
        x,
        atol=1e-4,
        watch_for=[
            mistake("These are the two coefficients: the part of x that they belong to is asked.",
                    torch.tensor([3.0, -1.0]) * P / math.sqrt(2)),
        ],
    )  # fmt: skip


@exercise("02.project_onto_frequency")
def test_everything_else_is_dropped(learner):
    others = torch.stack([angle(2, "a").cos(), angle(2, "a-b").sin(), angle(5).cos(), torch.ones(P * P)], dim=1)
    expect(learner.logits.project_onto_frequency(others, 2), "projections of other waves").to_equal(
        torch.zeros(P * P, 4), atol=1e-4, parts=("cos wa", "sin w(a − b)", "another frequency", "a constant")
    )


@exercise("02.logit_cosine_fit")
def test_a_clock_is_fitted_exactly(learner):
    alpha, fraction = learner.logits.logit_cosine_fit(clock_logits({2: 3.0, 5: -1.5}), torch.tensor([2, 5]))
    expect(alpha, "alpha").to_equal(torch.tensor([3.0, -1.5]), parts=("frequency 2", "frequency 5"))
    expect(fraction, "fraction of variance explained").to_equal(1.0, atol=1e-5)


@exercise("02.logit_cosine_fit")
def test_a_frequency_left_out_is_not_explained(learner):
    alpha, fraction = learner.logits.logit_cosine_fit(clock_logits({2: 3.0, 5: 1.0}), torch.tensor([2, 4]))
    expect(alpha, "alpha of a frequency that is there and one that is not").to_equal(
        torch.tensor([3.0, 0.0]), atol=1e-4, parts=("the frequency that is there", "the frequency that is not")
    )
    expect(fraction, "fraction of variance explained").to_equal(0.9, atol=1e-4)


@exercise("02.logit_cosine_fit")
def test_what_softmax_ignores_does_not_count(learner):
    shifts = torch.arange(P * P)[:, None] / 10.0
    _, fraction = learner.logits.logit_cosine_fit(clock_logits({1: 2.0}) + shifts, torch.tensor([1]))
    expect(fraction, "fraction explained, every pair's logits shifted").to_equal(
        1.0, atol=1e-4, watch_for=[mistake("The logits were not centred over c.", _uncentred(shifts))]
    )


def _uncentred(shifts):
    logits = clock_logits({1: 2.0}) + shifts
    return (clock_logits({1: 2.0}).square().sum() / logits.square().sum()).item()


@exercise("02.logit_cosine_fit")
def test_a_clock_in_noise(learner):
    """Five frequencies, noise, and numbers added to all logits of a pair."""
    generator = torch.Generator().manual_seed(4)
    logits = clock_logits({1: 1.7, 2: -0.9, 4: 2.3, 5: 0.6, 6: -1.4})
    logits = logits + 4 * torch.rand(P * P, P, generator=generator) + 3 * torch.rand(P * P, 1, generator=generator)
    frequencies = (5, 1, 6, 2, 4)
    # by the course's solution
    right = torch.tensor([0.5946247, 1.676436, -1.360139, -0.9428744, 2.344218])
    alpha, _ = learner.logits.logit_cosine_fit(logits, torch.tensor(frequencies))
    expect(alpha, "alpha of five frequencies").to_equal(
        right,
        rtol=1e-4,
        parts=tuple(f"frequency {k}" for k in frequencies),
        watch_for=[
            mistake("The cosines are of w(a + b + c): it is a + b − c.",
                    torch.tensor([0.03061976, -0.009143766, 0.007354901, 0.0001290175, 0.02465491])),
            mistake("The cosines are of w(a − b − c): it is a + b − c.",
                    torch.tensor([-0.05878154, 0.02386401, 0.005733386, 0.03338973, 0.04501554])),
            mistake("Sines were fitted, not cosines.",
                    torch.tensor([0.05705117, 0.04043607, -0.0402201, 0.01804006, 0.03186741])),
            mistake("The dot products were divided by twice the cosines' squared norm.", right / 2),
            mistake("The dot products were not divided by the cosines' squared norm.", right * P**3 / 2),
            mistake("The dot products were divided by the cosines' norm: its square is meant.",
                    right * (P**3 / 2) ** 0.5),
            mistake("The numbers are right, but not in the order of `frequencies`.", right[[1, 3, 4, 0, 2]]),
        ],
    )  # fmt: skip


@exercise("02.logit_cosine_fit")
def test_how_much_of_a_noisy_clock_is_explained(learner):
    """By one, two, three or five frequencies of five that are there, and by one that is not."""
    generator = torch.Generator().manual_seed(4)
    logits = clock_logits({1: 1.7, 2: -0.9, 4: 2.3, 5: 0.6, 6: -1.4})
    logits = logits + 4 * torch.rand(P * P, P, generator=generator) + 3 * torch.rand(P * P, 1, generator=generator)
    sets = ([1], [4, 5], [2, 6, 1], [5, 2], [5, 1, 6, 2, 4], [3])
    right = [0.204006, 0.4245669, 0.4028258, 0.09019804, 0.8273927, 9.342697e-05]  # by the course's solution
    found = [learner.logits.logit_cosine_fit(logits, torch.tensor(frequencies))[1] for frequencies in sets]
    expect(found, "fractions explained by six sets of frequencies").to_equal(
        right,
        rtol=1e-4,
        atol=1e-5,
        parts=tuple(f"frequencies {frequencies}" for frequencies in sets),
        watch_for=[
            mistake("The logits were not centred over c.", [value * 0.33998914 for value in right]),
            mistake("The logits were centred over pairs, not over c.", [value * 0.89716979 for value in right]),
            mistake("The mean of all logits was taken away, not the mean of each row.",
                    [value * 0.89630289 for value in right]),
            mistake("The root was taken: the fraction is of squares.", [value**0.5 for value in right]),
            mistake("This is the fraction that is left, not the fraction explained.", [1 - value for value in right]),
        ],
    )  # fmt: skip


@exercise("02.unembed_neuron_map")
def test_a_neuron_that_writes_a_wave_has_one_coefficient(learner):
    W_U = torch.zeros(4, P)
    W_U[1] = (2 * math.pi * 4 / P * torch.arange(P)).cos()
    W_out = torch.zeros(3, 4)
    W_out[2, 1] = 5.0
    expected = torch.zeros(P, 3)
    expected[7, 2] = 5 * math.sqrt(P / 2)
    of_neurons = torch.tensor([1 / 3, -1 / 6, -1 / 2])  # squares of a transform of three neurons, at the last of them
    expect(learner.logits.unembed_neuron_map(W_out, W_U), "neuron-logit map").to_equal(
        expected,
        atol=1e-4,
        watch_for=[
            mistake("The transform ran over the neurons: `fft1d` works along the first axis, and answers are meant.",
                    of_neurons.sign()[:, None] * of_neurons.abs().sqrt()[:, None] * 5 * W_U[1]),
        ],
    )  # fmt: skip
