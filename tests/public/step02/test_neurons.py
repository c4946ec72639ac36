"""One frequency a neuron, and ReLU as a multiplier."""

import math

import torch

from autograder import exercise, expect

P = 11


def wave(k, kind, of):
    """cos or sin of 2πk/P times a, b, a + b or a − b, over all pairs."""
    pair = torch.arange(P * P)
    x = {"a": pair // P, "b": pair % P, "a+b": pair // P + pair % P, "a-b": pair // P - pair % P}[of]
    return getattr(2 * math.pi * k / P * x, kind)()


@exercise("02.neuron_frequencies")
def test_waves_of_one_frequency_are_explained_whole(learner):
    neurons = torch.stack(
        [wave(2, "cos", "a"), wave(3, "sin", "b"), wave(5, "sin", "a+b"), wave(1, "cos", "a-b") + wave(1, "sin", "a")],
        dim=1,
    )
    found = learner.neurons.neuron_frequencies(neurons + 7.0)
    expect(found.frequency, "best frequencies").to_equal(torch.tensor([2, 3, 5, 1]))
    expect(found.fraction, "fractions explained").to_equal(torch.ones(4), atol=1e-4)


@exercise("02.neuron_frequencies")
def test_two_frequencies_share_the_variance(learner):
    neurons = (3 * wave(2, "cos", "a") + wave(4, "sin", "a+b"))[:, None]
    found = learner.neurons.neuron_frequencies(neurons)
    expect(found.frequency, "best frequency").to_equal(torch.tensor([2]))
    expect(found.fraction, "fraction explained").to_equal(torch.tensor([0.9]), atol=1e-4)


@exercise("02.neuron_frequencies")
def test_a_product_of_different_frequencies_belongs_to_neither(learner):
    mixed = wave(2, "cos", "a") * wave(3, "cos", "b")
    found = learner.neurons.neuron_frequencies((mixed + 0.1 * wave(4, "cos", "a"))[:, None])
    expect(found.frequency, "best frequency").to_equal(torch.tensor([4]))
    expect(found.fraction, "fraction explained").to_equal(torch.tensor([0.005 / 0.255]), atol=1e-4)


@exercise("02.neuron_frequencies")
def test_a_neuron_that_never_changes_has_no_frequency(learner):
    neurons = torch.stack([torch.zeros(P * P), torch.full((P * P,), 2.5), wave(1, "cos", "b")], dim=1)
    found = learner.neurons.neuron_frequencies(neurons)
    expect(found.frequency, "best frequencies").to_equal(torch.tensor([0, 0, 1]))
    expect(found.fraction, "fractions explained").to_equal(torch.tensor([0.0, 0, 1]), atol=1e-4)


@exercise("02.relu_quadratic_terms")
def test_products_explain_much_of_what_waves_alone_do_not(learner):
    with_products, without_products = learner.neurons.relu_quadratic_terms(113, 1)
    expect(with_products > without_products, "whether the first R² is the larger").to_be_true(
        "The first R², with products, should be larger than the second, without: more terms cannot fit worse."
    )
    expect(with_products, "R² with products, bias 0").to_be_within(0.955, 0.97)
    expect(without_products, "R² without products, bias 0").to_be_within(0.735, 0.755)


@exercise("02.relu_quadratic_terms")
def test_with_a_large_bias_relu_is_the_identity(learner):
    """ReLU never cuts, so there is nothing that a linear fit would miss."""
    for r_squared in learner.neurons.relu_quadratic_terms(31, 4, bias=2.5):
        expect(r_squared, "R² with bias 2.5").to_equal(1.0, atol=1e-4)
