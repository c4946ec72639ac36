"""A circuit found by a program: what must hold of any model."""

import torch

from autograder import exercise, expect


@exercise("04.greedy_circuit")
def test_nothing_is_needed_when_everything_is_tolerated(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    found = learner.bonus.greedy_circuit(model, data.tokens, data.answers, data.frames, means, 1e9)
    expect(found, "circuit").to_equal(torch.zeros(3, 2, dtype=torch.bool))


@exercise("04.greedy_circuit")
def test_everything_is_needed_when_nothing_is_tolerated(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    found = learner.bonus.greedy_circuit(model, data.tokens, data.answers, data.frames, means, 0.0)
    expect(found, "circuit").to_equal(torch.ones(3, 2, dtype=torch.bool))


@exercise("04.greedy_circuit")
def test_what_is_found_is_faithful_and_nothing_can_go(learner, random_model, task):
    model, data = random_model(), task()
    means = learner.ablation.template_means(model, data.abc, data.frames)
    given = data.tokens, data.answers, data.frames, means

    def off(keep):
        found = learner.ablation.faithfulness(model, *given, keep)
        return abs(found.circuit - found.model) / abs(found.model)

    circuit = learner.bonus.greedy_circuit(model, *given, 0.3)
    expect(off(circuit), "|F(M) − F(C)| / |F(M)|").to_be_at_most(0.3001)
    for place in circuit.nonzero():
        one = torch.zeros_like(circuit)
        one[tuple(place)] = True
        expect(off(circuit & ~one), "the same without one more head").to_be_at_least(0.2999)
