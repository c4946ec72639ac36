"""Attribution on random and on shipped weights."""

import pytest
import torch

from autograder import exercise, expect, mistake


@exercise("03.logit_attribution")
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_any_weights(learner, reference, model, twice, layers):
    weights, tokens = model(layers=layers), twice()
    right = reference.attribution.logit_attribution(weights, tokens)
    expect(learner.attribution.logit_attribution(weights, tokens), "paths").to_match(
        right,
        atol=1e-4,
        watch_for=[
            mistake("Heads come before layers: path 1 + layer · heads + head.", lambda: _by_head(right, layers)),
            mistake("Positions were added to the direct path: they are never in the stream.",
                    lambda: _with_positions(weights, tokens, right)),
        ],
    )  # fmt: skip


def _by_head(right, layers):
    heads = right[..., 1:].unflatten(-1, (layers, -1)).transpose(-1, -2).flatten(-2)
    return torch.cat([right[..., :1], heads], dim=-1)


def _with_positions(weights, tokens, right):
    positions = weights["W_pos"][: tokens.shape[1] - 1]
    directions = weights["W_U"].T[tokens[:, 1:]]
    wrong = right.clone()
    wrong[..., 0] += (positions * directions).sum(-1)
    return wrong


@exercise("03.logit_attribution")
def test_the_sum_is_the_logit_of_the_shipped_model(learner, reference, runs):
    weights, tokens = runs.two_layers.weights, runs.test[:6]
    logits = reference.transformer.attention_only_forward(weights, tokens).logits
    coming = logits[:, :-1].gather(-1, tokens[:, 1:, None])[..., 0]
    paths = learner.attribution.logit_attribution(weights, tokens)
    expect(paths.sum(-1), "sum of the paths").to_match(coming, atol=2e-3, rtol=1e-4)


@exercise("03.logit_attribution")
def test_who_predicts_the_second_half(learner, runs, checkpoints):
    paths = learner.attribution.logit_attribution(runs.two_layers.weights, runs.test[:32])
    mean = paths[:, 1 - runs.half :].mean((0, 1))
    layers = [mean[0].item(), mean[1:5].sum().item(), mean[5:].sum().item()]
    expect(layers, "mean logit by direct path, first and second layer").to_equal_checkpoint(
        checkpoints["attribution_of_the_second_half"]
    )
