"""Directions, projections and fits on random and on trained logits."""

import math

import torch

from autograder import exercise, expect, mistake


@exercise("02.trig_directions")
def test_any_frequency(learner, reference, draw):
    for p in (5, 19, 53):
        k = int(draw.integers(1, p // 2 + 1, 1))
        expected = reference.logits.trig_directions(p, k)
        expect(learner.logits.trig_directions(p, k), "directions").to_match(
            expected,
            atol=2e-6,
            watch_for=[
                mistake("They are not scaled to norm 1.", expected * p / math.sqrt(2)),
                mistake("Sine comes before cosine.", expected.flip(0)),
            ],
        )


@exercise("02.project_onto_frequency")
def test_any_function(learner, reference, draw):
    for x in (draw.normal(121), draw.normal(49, 3), draw.normal(81, 2, 2)):
        k = int(draw.integers(1, 4, 1))
        expected = reference.logits.project_onto_frequency(x, k)
        expect(learner.logits.project_onto_frequency(x, k), "projection").to_match(
            expected, atol=1e-5, watch_for=[mistake("This is what is left without the projection.", x - expected)]
        )


@exercise("02.project_onto_frequency")
def test_projecting_twice_changes_nothing(learner, reference, draw):
    once = reference.logits.project_onto_frequency(draw.normal(169, 2), 6)
    expect(learner.logits.project_onto_frequency(once, 6), "projection of a projection").to_equal(once, atol=1e-5)


@exercise("02.logit_cosine_fit")
def test_any_logits(learner, reference, draw):
    p = 17
    logits = draw.normal(p * p, p) + 2 * draw.normal(p * p, 1)
    logits += 1.5 * torch.einsum("iq,ic->qc", reference.logits.trig_directions(p, 3), draw.normal(2, p)) * p
    others = draw.permutation(8) + 1
    frequencies = torch.cat([others[others != 3][:2], torch.tensor([3])])
    alpha, fraction = reference.logits.logit_cosine_fit(logits, frequencies)
    uncentred = (alpha.square().sum() * p**3 / 2 / logits.square().sum()).item()
    got_alpha, got_fraction = learner.logits.logit_cosine_fit(logits, frequencies)
    expect(got_alpha, "alpha").to_match(alpha, atol=1e-4)
    expect(got_fraction, "fraction explained").to_match(
        fraction, rtol=1e-3, atol=1e-5, watch_for=[mistake("The logits were not centred over c.", uncentred)]
    )


@exercise("02.logit_cosine_fit")
def test_a_noisy_clock(learner, reference, draw):
    p, frequencies = 23, torch.tensor([9, 2, 4])
    answer = (torch.arange(p)[:, None] + torch.arange(p)).flatten()[:, None] - torch.arange(p)
    true = 4 * draw.normal(3)
    clock = sum(a * (2 * math.pi * int(k) / p * answer).cos() for a, k in zip(true, frequencies, strict=True))
    alpha, fraction = learner.logits.logit_cosine_fit(clock + draw.normal(p * p, p), frequencies)
    expect(alpha, "alpha of a noisy clock").to_equal(true, atol=0.1)
    signal = true.square().sum().item() / 2
    expect(fraction, "fraction explained of a noisy clock").to_equal(signal / (signal + 1), atol=0.05)


@exercise("02.logit_cosine_fit")
def test_the_trained_logits(learner, trained, checkpoints):
    frequencies = torch.tensor(checkpoints["key_frequencies_of_the_neurons"].value)
    _, fraction = learner.logits.logit_cosine_fit(trained.logits, frequencies)
    expect(fraction, "fraction of the trained logits explained").to_equal_checkpoint(
        checkpoints["logit_variance_explained"]
    )


@exercise("02.unembed_neuron_map")
def test_any_matrices(learner, reference, draw):
    W_out, W_U = draw.normal(12, 5), draw.normal(5, 11)
    expected = reference.logits.unembed_neuron_map(W_out, W_U)
    expect(learner.logits.unembed_neuron_map(W_out, W_U), "neuron-logit map").to_match(
        expected,
        atol=1e-5,
        watch_for=[
            mistake("W_out W_U was not transformed.", (W_out @ W_U).T),
            mistake("It is transposed.", expected.T),
        ],
    )


@exercise("02.unembed_neuron_map")
def test_as_many_neurons_as_answers(learner, reference, draw):
    W_out, W_U = draw.normal(9, 4), draw.normal(4, 9)
    expect(learner.logits.unembed_neuron_map(W_out, W_U), "neuron-logit map").to_match(
        reference.logits.unembed_neuron_map(W_out, W_U), atol=1e-5
    )
