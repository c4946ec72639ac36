"""Sparse features: how often each is present, how strong it is, and who comes with whom."""

import torch

from autograder import exercise, expect, expect_error, mistake

SAMPLES = 20_000  # frequencies are within 0.02 and means within 0.03 of what they should be, or something is wrong


FEATURES = ("feature 0", "feature 1", "feature 2", "feature 3")


def two_instances():
    return torch.tensor([[0.1, 0.5, 0.9], [1.0, 0.0, 0.3]])


def frequency(x):
    return (x > 0).float().mean(0)


@exercise("01.sample_features")
def test_one_number_for_each_example_instance_and_feature(learner):
    samples = learner.features.sample_features(7, two_instances())
    expect(samples, "seven examples").to_have_shape(7, 2, 3).to_be_within(0.0, 1.0)


@exercise("01.sample_features")
def test_absent_features_are_zero(learner):
    expect(learner.features.sample_features(7, torch.zeros(2, 3)), "samples").to_equal(torch.zeros(7, 2, 3))


@exercise("01.sample_features")
def test_each_feature_of_each_instance_has_its_own_probability(learner):
    p = two_instances()
    x = learner.features.sample_features(SAMPLES, p)
    expect(frequency(x), "how often each feature is present").to_equal(
        p,
        atol=0.02,
        rtol=0,
        watch_for=[mistake("The probability says how often a feature is present, not how often it is absent.", 1 - p)],
    )


@exercise("01.sample_features")
def test_a_feature_that_is_present_is_uniform_between_0_and_1(learner):
    x = learner.features.sample_features(SAMPLES, torch.full((1, 2), 0.5))
    expect(x, "values").to_be_within(0.0, 1.0)
    strengths = x[x > 0]
    quarters = torch.stack([(strengths < q).float().mean() for q in (0.25, 0.5, 0.75)])
    expect(quarters, "shares of present features below ¼, ½ and ¾").to_equal(
        torch.tensor([0.25, 0.5, 0.75]), atol=0.02, rtol=0, parts=("below ¼", "below ½", "below ¾")
    )


def check_generator(learner, sampler, seeds=(1, 1, 2)):
    draw, generator = getattr(learner.features, sampler), learner.kit.seeds.generator
    first, again, other = (draw(50, torch.full((2, 4), 0.5), generator(seed)) for seed in seeds)
    expect(first, "samples").to_have_shape(50, 2, 4).to_be_within(0.0, 1.0)
    expect(again, "samples from a generator with the same seed").to_equal(first)
    expect(bool((first != other).any()), "whether another seed gives other samples").to_be_true(
        "Two generators with different seeds gave the same samples."
    )


@exercise("01.sample_features")
def test_the_generator_decides_sample_features(learner):
    check_generator(learner, "sample_features")


@exercise("01.correlated_features")
def test_the_two_of_a_pair_come_and_go_together(learner):
    x = learner.features.correlated_features(SAMPLES, torch.tensor([[0.3, 0.3, 0.6, 0.6]]))[:, 0]
    present = x > 0
    same = (present[:, ::2] == present[:, 1::2]).float().mean(0)
    expect(same, "how often both of a pair are present, or both absent").to_equal(
        torch.ones(2), atol=1e-3, parts=("the first pair", "the second pair")
    )
    expect(frequency(x), "how often each feature is present").to_equal(
        torch.tensor([0.3, 0.3, 0.6, 0.6]), atol=0.02, rtol=0, parts=FEATURES
    )


@exercise("01.correlated_features")
def test_absent_pairs_are_zero(learner):
    expect(learner.features.correlated_features(7, torch.zeros(2, 4)), "samples").to_equal(torch.zeros(7, 2, 4))


@exercise("01.correlated_features")
def test_partners_have_values_of_their_own(learner):
    x = learner.features.correlated_features(SAMPLES, torch.ones(1, 2))[:, 0]
    expect(torch.corrcoef(x.T)[0, 1].item(), "correlation of the values of two partners").to_be_within(-0.05, 0.05)


@exercise("01.correlated_features")
def test_the_generator_decides_correlated_features(learner):
    check_generator(learner, "correlated_features")


@exercise("01.correlated_features")
def test_an_odd_feature_out_is_refused(learner):
    with expect_error(ValueError):
        learner.features.correlated_features(3, torch.full((1, 5), 0.1))


@exercise("01.anticorrelated_features")
def test_partners_are_never_seen_together(learner):
    p = torch.tensor([[0.3, 0.3, 0.5, 0.5]])
    x = learner.features.anticorrelated_features(SAMPLES, p)[:, 0]
    both = (x[:, ::2] > 0) & (x[:, 1::2] > 0)
    expect(both.float().mean(0), "how often both of a pair are present").to_equal(
        torch.zeros(2), parts=("the first pair", "the second pair")
    )
    expect(frequency(x), "how often each feature is present").to_equal(
        p[0],
        atol=0.02,
        rtol=0,
        watch_for=[
            mistake(
                "A pair is present with the probability that each of its features should have: each comes half as "
                "often as asked.",
                p[0] / 2,
            )
        ],
        parts=FEATURES,
    )


@exercise("01.anticorrelated_features")
def test_the_generator_decides_anticorrelated_features(learner):
    check_generator(learner, "anticorrelated_features")


@exercise("01.anticorrelated_features")
def test_impossible_pairs_are_refused(learner):
    with expect_error(ValueError):
        learner.features.anticorrelated_features(3, torch.full((1, 5), 0.1))
    with expect_error(ValueError):
        learner.features.anticorrelated_features(3, torch.tensor([[0.1, 0.1, 0.6, 0.5]]))
