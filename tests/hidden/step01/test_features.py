"""Generators of sparse features, judged by the statistics of what they draw."""

import torch

from autograder import exercise, expect, expect_error, mistake

SAMPLES = 20_000  # 5 standard errors: frequencies ±0.018, correlations ±0.035


def correlations(indicators):
    """The correlation of every pair of columns, self-correlations left out."""
    c = torch.corrcoef(indicators.flatten(1).float().T)
    return c - torch.eye(len(c))


def frequencies(x):
    return (x > 0).float().mean(0)


@exercise("01.sample_features")
def test_any_probabilities(learner, draw):
    p = draw.uniform(3, 4, low=0.05, high=0.95)
    x = learner.features.sample_features(SAMPLES, p)
    expect(x, "samples").to_have_shape(SAMPLES, 3, 4).to_be_within(0.0, 1.0)
    expect(frequencies(x), "frequency of each feature").to_equal(
        p, atol=0.02, rtol=0, watch_for=[mistake("Features are absent as often as they should be present.", 1 - p)]
    )
    expect(x.mean(0), "mean of each feature").to_equal(p / 2, atol=0.02, rtol=0)
    expect(x.square().mean(0), "mean square of each feature").to_equal(p / 3, atol=0.02, rtol=0)


@exercise("01.sample_features")
def test_presences_and_values_are_independent(learner, draw):
    p = draw.uniform(2, 3, low=0.3, high=0.7)
    x = learner.features.sample_features(SAMPLES, p)
    expect(correlations(x > 0).abs().max().item(), "largest correlation between presences").to_be_at_most(0.04)
    full = learner.features.sample_features(SAMPLES, torch.ones(2, 3))
    expect(correlations(full).abs().max().item(), "largest correlation between values").to_be_at_most(0.04)


@exercise("01.sample_features")
def test_certain_and_impossible_features(learner, draw):
    p = torch.tensor([0.0, 1.0])[draw.integers(0, 2, 4, 5)]
    x = learner.features.sample_features(300, p)
    expect((x > 0).float().mean(0), "frequency of certain and impossible features").to_equal(p, atol=0.02)


@exercise("01.sample_features")
def test_every_call_draws_anew(learner):
    p = torch.full((1, 6), 0.5)
    first, second = learner.features.sample_features(50, p), learner.features.sample_features(50, p)
    expect(first, "samples").to_have_shape(50, 1, 6).to_be_within(0.0, 1.0)
    expect(bool((first != second).any()), "whether two calls differ").to_be_true(
        "Two calls gave the same samples: do not seed inside the function."
    )


def pair_probabilities(draw, high):
    return draw.uniform(2, 3, low=0.1, high=high).repeat_interleave(2, 1)


@exercise("01.correlated_features")
def test_pairs_are_together_and_pairs_are_strangers(learner, draw):
    p = pair_probabilities(draw, 0.9)
    x = learner.features.correlated_features(SAMPLES, p)
    expect(x, "samples").to_have_shape(SAMPLES, 2, 6).to_be_within(0.0, 1.0)
    present = x > 0
    together = (present[..., ::2] == present[..., 1::2]).float().mean().item()
    expect(together, "how often partners agree on being present").to_be_at_least(0.999)
    expect(present.float().mean(0), "frequency of each feature").to_equal(p, atol=0.02, rtol=0)
    expect(
        correlations(present[..., ::2]).abs().max().item(), "largest correlation between different pairs"
    ).to_be_at_most(0.04)


@exercise("01.correlated_features")
def test_values_of_partners_are_independent_and_uniform(learner):
    x = learner.features.correlated_features(SAMPLES, torch.ones(1, 4))[:, 0]
    expect(correlations(x).abs().max().item(), "largest correlation between values").to_be_at_most(0.04)
    expect(x.square().mean(0), "mean square of features that are always present").to_equal(
        torch.full((4,), 1 / 3), atol=0.02, rtol=0
    )


@exercise("01.correlated_features")
def test_odd_numbers_of_features_are_refused(learner, draw):
    with expect_error(ValueError):
        learner.features.correlated_features(2, torch.full((2, draw.choice([1, 3, 7])), 0.2))


@exercise("01.anticorrelated_features")
def test_partners_exclude_each_other_and_pairs_are_strangers(learner, draw):
    p = draw.uniform(2, 6, low=0.1, high=0.5)  # the two of a pair differ
    x = learner.features.anticorrelated_features(SAMPLES, p)
    expect(x, "samples").to_have_shape(SAMPLES, 2, 6).to_be_within(0.0, 1.0)
    present = x > 0
    expect(int((present[..., ::2] & present[..., 1::2]).sum()), "number of times partners met").to_equal(0)
    first_of_pair = p[:, ::2].repeat_interleave(2, 1)
    expect(present.float().mean(0), "frequency of each feature").to_equal(
        p,
        atol=0.02,
        rtol=0,
        watch_for=[
            mistake("Each feature comes half as often as asked.", p / 2),
            mistake("Both features of a pair come as often as its first.", first_of_pair),
            mistake(
                "Features were drawn independently and then removed where partners met.",
                p * (1 - p.view(2, 3, 2).flip(2).flatten(1)),
            ),
        ],
    )
    expect(
        correlations(present[..., ::2]).abs().max().item(), "largest correlation between different pairs"
    ).to_be_at_most(0.04)
    strengths = x[present]
    expect(strengths.mean().item(), "mean of features that are present").to_be_within(0.48, 0.52)


@exercise("01.anticorrelated_features")
def test_impossible_pairs(learner, draw):
    p = torch.full((3, 4), 0.2)
    p[draw.choice([0, 1, 2]), draw.choice([0, 1, 2, 3])] = 0.95
    with expect_error(ValueError):
        learner.features.anticorrelated_features(2, p)
    with expect_error(ValueError):
        learner.features.anticorrelated_features(2, torch.full((2, draw.choice([1, 3, 7])), 0.2))
