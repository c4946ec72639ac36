"""Neurons of random, hand-made and trained models."""

import torch

from autograder import exercise, expect, mistake


@exercise("02.neuron_frequencies")
def test_any_neurons(learner, reference, draw):
    neurons = draw.normal(169, 8).relu() + 3 * draw.uniform(8)
    found = learner.neurons.neuron_frequencies(neurons)
    expected = reference.neurons.neuron_frequencies(neurons)
    expect(found.fraction, "fractions explained").to_match(
        expected.fraction,
        rtol=1e-3,
        watch_for=[
            mistake("The constant was not taken out of the variance.", lambda: _with_constant(reference, neurons)),
            mistake("The products of waves were left out: only waves of a and waves of b were counted.",
                    lambda: _of_some(reference, neurons, products=False)),
            mistake("Waves of a alone and of b alone were left out: only products were counted.",
                    lambda: _of_some(reference, neurons, products=True)),
        ],
    )  # fmt: skip
    expect(found.frequency, "best frequencies").to_match(expected.frequency)


def _of_some(reference, neurons, products):
    """The largest fraction that one frequency explains by products of its waves alone, or by its waves alone."""
    energy = reference.fourier.fft2d(neurons - neurons.mean(0)).square()
    counted = torch.zeros_like(energy, dtype=torch.bool)
    counted[1:, 1:] = True
    some, found = energy * (counted == products), []
    for k in range(1, len(energy) // 2 + 1):
        rows = [0, 2 * k - 1, 2 * k]
        found.append(some[rows][:, rows].sum((0, 1)) - some[0, 0])
    return torch.stack(found).amax(0) / (energy.sum((0, 1)) - energy[0, 0])


def _with_constant(reference, neurons):
    expected = reference.neurons.neuron_frequencies(neurons).fraction
    return expected * (neurons - neurons.mean(0)).square().sum(0) / neurons.square().sum(0)


@exercise("02.neuron_frequencies")
def test_every_frequency_can_win(learner, reference, draw):
    p = 17
    order = draw.permutation(8) + 1
    waves = torch.stack([reference.logits.trig_directions(p, int(k))[i % 2] for i, k in enumerate(order)], 1)
    found = learner.neurons.neuron_frequencies(5 * waves + 0.01 * draw.normal(p * p, 8))
    expect(found.frequency, "best frequencies").to_equal(order)
    expect(found.fraction.min().item(), "smallest fraction").to_be_at_least(0.95)


@exercise("02.neuron_frequencies")
def test_silent_neurons(learner, draw):
    """Two have one value on all pairs; one is at its mean on a third of them, which is another thing."""
    levels = torch.arange(3.0).repeat(27)[draw.permutation(81)]
    neurons = torch.stack([torch.zeros(81), torch.full((81,), 0.7), draw.normal(81), levels], 1)
    found = learner.neurons.neuron_frequencies(neurons)
    expect(found.frequency[:2], "frequencies of silent neurons").to_equal(torch.zeros(2, dtype=torch.int64))
    expect(found.fraction[:2], "fractions of silent neurons").to_equal(torch.zeros(2))
    expect(found.frequency[2:], "frequencies of the others").to_be_within(1, 4)
    expect(found.fraction[2:], "fractions of the others").to_be_within(0.01, 1.0)
    expect(found.fraction, "fractions").to_be_finite()


@exercise("02.neuron_frequencies")
def test_trained_neurons_keep_to_one_frequency(learner, reference, trained, draw):
    neurons = trained.neurons[:, draw.permutation(512)[:40]]
    found = learner.neurons.neuron_frequencies(neurons)
    expected = reference.neurons.neuron_frequencies(neurons)
    expect(found.fraction, "fractions of forty trained neurons").to_match(expected.fraction, atol=1e-3)
    clear = expected.fraction > 0.5
    expect(found.frequency[clear], "frequencies of the clear ones among them").to_match(expected.frequency[clear])


@exercise("02.relu_quadratic_terms")
def test_any_frequency_and_bias(learner, reference, draw):
    biases = draw.uniform(2, low=-0.8, high=1.2).tolist()
    for p, k, bias in ((59, 7, 0.0), (113, 30, 0.5), (31, 15, biases[0]), (41, 1, biases[1])):
        got = learner.neurons.relu_quadratic_terms(p, k, bias=bias)
        with_products, without_products = reference.neurons.relu_quadratic_terms(p, k, bias=bias)
        swapped = mistake("The two results are swapped.", without_products)
        expect(got[0], "R² with products").to_match(with_products, atol=2e-4, watch_for=[swapped])
        expect(got[1], "R² without products").to_match(without_products, atol=2e-4)
