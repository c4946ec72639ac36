"""A circuit found by a program."""

import pytest
import torch

from autograder import exercise, expect, mistake
from reference.step04_ioi import ablation, bonus


@exercise("04.greedy_circuit")
@pytest.mark.parametrize("tolerance", [0.1, 0.4])
def test_circuits_of_random_models(learner, clear_case, tolerance):
    model, own, data = clear_case()
    means = ablation.template_means(own, data.abc, data.frames)
    given = data.tokens, data.answers, data.frames, means, tolerance
    zero = bonus.greedy_circuit(own, *given[:3], torch.zeros_like(means), tolerance)
    right = bonus.greedy_circuit(own, *given)
    expect(learner.bonus.greedy_circuit(model, *given), "circuit").to_equal(
        right,
        watch_for=[
            mistake("Heads were zeroed: they should write their means.", zero),
            mistake("This is what was taken away: return what is left.", ~right),
        ],
    )


@exercise("04.greedy_circuit")
def test_the_shipped_model(learner, shipped, checkpoints):
    model, data = shipped
    means = learner.ablation.template_means(model, data.abc, data.frames)
    found = learner.bonus.greedy_circuit(model, data.tokens, data.answers, data.frames, means)
    expect(found.long(), "circuit").to_equal_checkpoint(checkpoints["greedy_circuit"])
