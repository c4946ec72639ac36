"""Spectra, key frequencies and Gini of random and of trained weights."""

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("02.embedding_spectrum")
def test_any_embedding(learner, reference, draw):
    W_E = draw.normal(20, 6)
    spectrum = reference.embedding.embedding_spectrum(W_E)
    expect(learner.embedding.embedding_spectrum(W_E), "spectrum").to_match(
        spectrum,
        watch_for=[
            mistake("These are squared norms: take the root.", spectrum.square()),
            mistake("The first row was left out; the last is the one of =.",
                    lambda: reference.embedding.embedding_spectrum(W_E.roll(-1, 0))),
        ],
    )  # fmt: skip


@exercise("02.embedding_spectrum")
def test_the_trained_embedding(learner, run, checkpoints):
    spectrum = learner.embedding.embedding_spectrum(run.weights["W_E"])
    energy = spectrum[1:].square().reshape(-1, 2).sum(1)
    top = energy.sort(descending=True).values[:6].sum() / energy.sum()
    expect(top.item(), "share of energy in the six strongest frequencies").to_equal_checkpoint(
        checkpoints["embedding_energy_in_six_frequencies"]
    )


@exercise("02.key_frequencies")
def test_any_spectrum(learner, reference, draw):
    for p, share in ((23, 0.9), (41, 0.5), (113, 0.99)):
        spectrum = draw.uniform(p).square()
        expected = reference.embedding.key_frequencies(spectrum, share)
        with_constant = spectrum.clone()
        expect(learner.embedding.key_frequencies(spectrum, share), "key frequencies").to_match(expected)
        with_constant[0] = 1000.0
        expect(learner.embedding.key_frequencies(with_constant, share), "key frequencies beside a constant").to_match(
            expected
        )


@exercise("02.key_frequencies")
def test_a_sine_without_its_cosine(learner, draw):
    spectrum = torch.full((31,), 0.01)
    k = int(draw.integers(1, 16, 1))
    spectrum[2 * k] = 5.0
    expect(learner.embedding.key_frequencies(spectrum), "key frequencies").to_equal(torch.tensor([k]))


@exercise("02.key_frequencies")
def test_shares_that_are_met_exactly(learner, draw):
    """One frequency holds half of all energy, four an eighth each, and the others nothing."""
    key = draw.permutation(15)[:5] + 1
    spectrum = torch.zeros(31)
    spectrum[2 * key - draw.integers(0, 2, 5)] = torch.tensor([4.0, 2, 2, 2, 2])
    for share, expected in ((0.5, key[:1]), (1.0, key.sort().values)):
        found = learner.embedding.key_frequencies(spectrum, share)
        expect(found, f"key frequencies that hold {share:.0%}").to_equal(expected)


@exercise("02.key_frequencies")
def test_trained_weights_have_a_handful_and_random_ones_do_not(learner, reference, run):
    trained = reference.embedding.embedding_spectrum(run.weights["W_E"])
    random = reference.embedding.embedding_spectrum(reference.transformer.initial_weights(113, 0)["W_E"])
    expect(learner.embedding.key_frequencies(trained), "key frequencies of the trained model").to_match(
        reference.embedding.key_frequencies(trained)
    )
    expect(
        len(learner.embedding.key_frequencies(random)), "number of key frequencies of random weights"
    ).to_be_at_least(35)


@exercise("02.key_frequencies")
def test_shares_out_of_range(learner, draw):
    for share in (0, -1.0, 1.01):
        with expect_error(ValueError):
            learner.embedding.key_frequencies(draw.uniform(11), share)


@exercise("02.gini")
def test_any_values(learner, reference, draw):
    for values in (draw.uniform(40), draw.normal(113).square(), torch.tensor([0.0, 0, 1, 2]), torch.tensor([5.0])):
        expected = reference.embedding.gini(values)
        expect(learner.embedding.gini(values), "Gini coefficient").to_match(
            expected,
            atol=1e-5,
            watch_for=[
                mistake("The sign is wrong: sort ascending.", -expected),
                mistake("The ranks were counted from 0: i begins at 1.", expected - 2 / len(values)),
                mistake("The 1 in 2i − n − 1 was left out.", expected + 1 / len(values)),
                mistake("It is divided by n − 1 where n is meant.",
                        lambda v=values, expected=expected: expected * len(v) / (len(v) - 1)),
                mistake("The division by n is missing.", expected * len(values)),
                mistake("This is 1 less the Gini coefficient.", 1 - expected),
            ],
        )  # fmt: skip


@exercise("02.gini")
def test_scale_and_order_do_not_matter(learner, reference, draw):
    values = draw.uniform(25, dtype=torch.float64)
    other = learner.embedding.gini(1000 * values[draw.permutation(25)])
    expect(other, "Gini coefficient, reordered and scaled").to_equal(reference.embedding.gini(values), atol=1e-6)


@exercise("02.gini")
def test_values_without_a_gini(learner, draw):
    for values in (-draw.uniform(4), torch.zeros(7)):
        with expect_error(ValueError):
            learner.embedding.gini(values)


@exercise("02.gini")
def test_the_trained_embedding_is_sparser_than_a_random_one(learner, reference, run, checkpoints):
    trained, random = (
        learner.embedding.gini(reference.embedding.embedding_spectrum(W_E)[1:])
        for W_E in (run.weights["W_E"], reference.transformer.initial_weights(113, 0)["W_E"])
    )
    expect(trained, "Gini of the trained embedding").to_equal_checkpoint(checkpoints["gini_of_the_embedding"])
    expect(random, "Gini of a random embedding").to_be_within(0.0, 0.1)
