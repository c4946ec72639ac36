"""Bonus exercises on random inputs."""

import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("03.smear_keys")
def test_any_keys(learner, draw):
    keys, alpha = draw.normal(2, 3, 6, 4), draw.normal(3)
    share = (1 / (1 + (-alpha).exp()))[:, None, None]
    before = torch.cat([keys[:, :, :1], keys[:, :, :-1]], dim=2)
    right = share * keys + (1 - share) * before
    expect(learner.bonus.smear_keys(keys, alpha), "smeared keys").to_match(
        right,
        watch_for=[
            mistake("The shares are swapped: σ(α) belongs to the key itself.", (1 - share) * keys + share * before),
            mistake("α was used as it is: take its sigmoid.",
                    alpha[:, None, None] * keys + (1 - alpha[:, None, None]) * before),
            mistake("Keys were mixed with the one after them.",
                    torch.cat([share * keys[:, :, :-1] + (1 - share) * keys[:, :, 1:], keys[:, :, -1:]], 2)),
            mistake("All heads were given the first one's α.", share[:1] * keys + (1 - share[:1]) * before),
            mistake("The first key has none before it: it stays.",
                    torch.cat([share * keys[:, :, :1], right[:, :, 1:]], 2)),
        ],
    )  # fmt: skip


@exercise("03.smeared_forward")
def test_any_weights(learner, reference, draw, model, twice):
    weights, tokens = model(), twice()
    weights = weights | {"alpha": 2 * draw.normal(2, 3)}
    got, right = (side.bonus.smeared_forward(weights, tokens) for side in (learner, reference))
    expect(got.logits, "logits").to_match(right.logits, atol=1e-4)
    expect(got.patterns, "patterns").to_match(right.patterns, atol=1e-4)
    expect(got.outputs, "outputs").to_match(right.outputs, atol=1e-4)


@exercise("03.strongest_heads")
def test_any_scores(learner, draw):
    scores = draw.uniform(5, 7)
    found = learner.bonus.strongest_heads(scores, 6)
    order = scores.flatten().argsort(descending=True)[:6].tolist()
    expect([head[:2] for head in found], "layers and heads").to_equal([(i // 7, i % 7) for i in order])
    expect([head[2] for head in found], "scores").to_match(scores.flatten()[order].tolist(), atol=1e-6)


@exercise("03.strongest_heads")
def test_all_heads_and_one_too_many(learner, draw):
    scores = draw.uniform(2, 3)
    expect(len(learner.bonus.strongest_heads(scores, 6)), "how many").to_equal(6)
    with expect_error(ValueError):
        learner.bonus.strongest_heads(scores, 7)
