"""Bonus: smeared keys, and the strongest heads."""

import torch

from autograder import exercise, expect, expect_error, mistake

KEYS = torch.tensor([[[[1.0], [3], [7]], [[1], [3], [7]]]])


@exercise("03.smear_keys")
def test_alpha_0_mixes_half_and_half(learner):
    smeared = learner.bonus.smear_keys(KEYS, torch.tensor([0.0, 0.0]))
    expect(smeared[0, 0, :, 0], "keys 1, 3, 7 with α = 0").to_equal(
        torch.tensor([1.0, 2, 5]),
        watch_for=[
            mistake("The first key has none before it: it stays.", torch.tensor([0.5, 2, 5])),
            mistake("Keys were mixed with the one after them.", torch.tensor([2.0, 5, 7])),
        ],
    )


@exercise("03.smear_keys")
def test_every_head_has_its_own_alpha(learner):
    smeared = learner.bonus.smear_keys(KEYS, torch.tensor([50.0, -50.0]))
    expect(smeared[0, 0], "head with a large α").to_equal(KEYS[0, 0])
    expect(smeared[0, 1, :, 0], "head with a very negative α").to_equal(torch.tensor([1.0, 1, 3]))


@exercise("03.smeared_forward")
def test_with_a_large_alpha_nothing_changes(learner, model, twice):
    weights, tokens = model(), twice()
    plain = learner.transformer.attention_only_forward(weights, tokens)
    smeared = learner.bonus.smeared_forward(weights | {"alpha": torch.full((2, 3), 50.0)}, tokens)
    expect(smeared.logits, "logits with α = 50").to_equal(plain.logits, atol=1e-5)
    expect(smeared.patterns, "patterns with α = 50").to_equal(plain.patterns, atol=1e-5)


@exercise("03.smeared_forward")
def test_one_layer_can_match_the_token_before_a_key(learner):
    """Token i + 1 follows token i here; keys are the tokens, queries too, and α makes a key that of its neighbour."""
    weights = {name: torch.zeros(1, 1, 6, 6) for name in ("W_K", "W_V", "W_O")}
    weights |= {"W_Q": 30 * torch.eye(6)[None, None], "W_E": torch.eye(6), "W_pos": torch.zeros(9, 6)}
    weights |= {"W_K": torch.eye(6)[None, None], "W_U": torch.eye(6), "alpha": torch.tensor([[-50.0]])}
    pattern = learner.bonus.smeared_forward(weights, torch.tensor([[5, 0, 1, 2, 0, 1, 2]])).patterns[0, 0, 0]
    expect(pattern[[4, 5], [2, 3]], "attention to what came after the first occurrence").to_be_at_least(0.45)


@exercise("03.strongest_heads")
def test_layer_head_and_score_highest_first(learner):
    scores = torch.tensor([[0.1, 0.9, 0.2], [0.5, 0.0, 0.25]])
    found = learner.bonus.strongest_heads(scores, 3)
    expect([head[:2] for head in found], "layers and heads").to_equal([(0, 1), (1, 0), (1, 2)])
    expect([head[2] for head in found], "scores").to_equal([0.9, 0.5, 0.25], atol=1e-6)


@exercise("03.strongest_heads")
def test_more_heads_than_there_are_are_refused(learner):
    with expect_error(ValueError):
        learner.bonus.strongest_heads(torch.zeros(2, 3), 7)
