"""Hand-made weights, for every prime up to 113."""

import torch

from autograder import exercise, expect

PRIMES = [p for p in range(2, 114) if all(p % d for d in range(2, p))]


def logits_of(weights, tokens, reference):
    """The logits, once the weights are known to be of a sensible size."""
    expect(weights["W_in"].shape[1], "d_mlp").to_be_at_most(2048)
    expect(weights["W_in"].shape[0], "d_model").to_be_at_most(512)
    return reference.transformer.forward(weights, tokens).logits


@exercise("02.clock_model")
def test_every_answer_for_every_prime_up_to_113(learner, reference, draw):
    for p in PRIMES:
        frequencies = draw.permutation(p // 2)[:5] + 1
        weights = learner.clock.clock_model(p, frequencies)
        tokens, labels = reference.data.modular_addition_data(p)
        right = logits_of(weights, tokens, reference).argmax(1) == labels
        expect(right.double().mean().item(), "accuracy on all pairs, for one of the primes").to_equal(1.0)


@exercise("02.clock_model")
def test_four_and_six_clocks(learner, reference, draw):
    tokens, labels = reference.data.modular_addition_data(47)
    for n in (4, 6):
        weights = learner.clock.clock_model(47, draw.permutation(23)[:n] + 1)
        right = logits_of(weights, tokens, reference).argmax(1) == labels
        expect(right.double().mean().item(), "accuracy on all pairs with four or six frequencies").to_equal(1.0)


@exercise("02.clock_model")
def test_neighbouring_frequencies(learner, reference):
    """Slow clocks, on which neighbours lie close together."""
    tokens, labels = reference.data.modular_addition_data(61)
    weights = learner.clock.clock_model(61, torch.tensor([1, 2, 3, 4]))
    right = logits_of(weights, tokens, reference).argmax(1) == labels
    expect(right.double().mean().item(), "accuracy on all pairs with slow clocks").to_equal(1.0)


@exercise("02.clock_model")
def test_the_logits_are_clocks_of_these_frequencies(learner, reference, draw):
    for p, n in ((37, 4), (59, 2)):
        frequencies = draw.permutation(p // 2)[:n] + 1
        tokens, _ = reference.data.modular_addition_data(p)
        logits = logits_of(learner.clock.clock_model(p, frequencies), tokens, reference)
        alpha, fraction = reference.logits.logit_cosine_fit(logits, frequencies)
        expect(fraction, "fraction of the logits' variance explained by the clocks").to_be_at_least(0.7)
        expect((alpha > 0).all().item(), "whether every clock points at the answer").to_be_true(
            "Some frequency's cosine has no positive weight: each of the given clocks must be used."
        )
