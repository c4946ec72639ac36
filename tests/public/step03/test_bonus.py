"""Bonus: smeared keys, and the strongest heads."""

import torch

from autograder import exercise, expect, expect_error, mistake

KEYS = torch.tensor([[[[1.0], [3], [7]], [[1], [3], [7]]]])


@exercise("03.smear_keys")
def test_alpha_0_mixes_half_and_half(learner):
    smeared = learner.bonus.smear_keys(KEYS, torch.tensor([0.0, 0.0]))
    expect(smeared[0, 0, :, 0], "keys 1, 3, 7 with α = 0").to_equal(
        torch.tensor([1.0, 2, 5]),
        parts=("the first key", "the second", "the third"),
        watch_for=[
            mistake("The first key has none before it: it stays.", torch.tensor([0.5, 2, 5])),
            mistake("Keys were mixed with the one after them.", torch.tensor([2.0, 5, 7])),
        ],
    )


@exercise("03.smear_keys")
def test_every_head_has_its_own_alpha(learner):
    smeared = learner.bonus.smear_keys(KEYS, torch.tensor([50.0, -50.0]))
    expect(smeared[0, 0], "head with a large α").to_equal(KEYS[0, 0])
    expect(smeared[0, 1, :, 0], "head with a very negative α").to_equal(
        torch.tensor([1.0, 1, 3]), parts=("the first key", "the second", "the third")
    )


@exercise("03.smear_keys")
def test_keys_drawn_at_random(learner):
    keys = torch.randn(1, 2, 4, 1, generator=torch.Generator().manual_seed(0))
    smeared = learner.bonus.smear_keys(keys, torch.tensor([0.7, -1.3]))
    expect(smeared[0, :, :, 0], "keys of two heads with α = 0.7 and −1.3").to_equal(
        torch.tensor(
            [[1.540996, 0.3152558, -1.553204, -0.3431302], [-1.084522, -1.151786, -1.012682, 0.49644]]
        ),  # by the course's solution
        parts=("the first key", "the second", "the third", "the fourth"),
        watch_for=[
            mistake(
                "The shares are swapped: σ(α) belongs to the key itself.",
                torch.tensor(
                    [[1.540996, 0.9323114, -0.9190146, -1.267228], [-1.084522, -1.331332, 0.01743382, 0.7449332]]
                ),
            ),
            mistake(
                "α was used as it is: take its sigmoid.",
                torch.tensor(
                    [[1.540996, 0.2568986, -1.613181, -0.255735], [-1.084522, -0.6762275, -3.74112, -0.1617365]]
                ),
            ),
            mistake(
                "Keys were mixed with the one after them.",
                torch.tensor(
                    [[0.9323114, -0.9190146, -1.267228, 0.5684313], [-1.331332, 0.01743382, 0.7449332, 0.8380263]]
                ),
            ),
            mistake(
                "The first key has none before it: it stays.",
                torch.tensor(
                    [[1.029675, 0.3152558, -1.553204, -0.3431302], [-0.2322668, -1.151786, -1.012682, 0.49644]]
                ),
            ),
            mistake(
                "Each key was mixed with what the one before it had become: take that as it was.",
                torch.tensor(
                    [[1.540996, 0.3152558, -1.351235, -0.06853744], [-1.084522, -1.151786, -0.8187308, -0.4639113]]
                ),
            ),
            mistake(
                "All heads were given the first one's α.",
                torch.tensor(
                    [[1.540996, 0.3152558, -1.553204, -0.3431302], [-1.084522, -1.294382, -0.1945597, 0.6937944]]
                ),
            ),
        ],
    )


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
