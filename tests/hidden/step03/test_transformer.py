"""The forward pass on random weights of odd sizes, part by part."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def explicit(weights, tokens, mask=True, scale=True, values_see_positions=False):
    """Logits and patterns, query by query and head by head; and variants that are wrong."""
    x, position = weights["W_E"][tokens], weights["W_pos"][: tokens.shape[1]]
    patterns = []
    for W_Q, W_K, W_V, W_O in zip(*(weights[n] for n in ("W_Q", "W_K", "W_V", "W_O")), strict=True):
        added, of_layer = torch.zeros_like(x), []
        for q_, k_, v_, o_ in zip(W_Q, W_K, W_V, W_O, strict=True):
            scores = ((x + position) @ q_) @ ((x + position) @ k_).transpose(1, 2)
            scores = scores / q_.shape[1] ** 0.5 if scale else scores
            if mask:
                scores = scores + torch.full(scores.shape[1:], -torch.inf).triu(1)
            of_layer.append(scores.softmax(-1))
            added = added + of_layer[-1] @ ((x + position if values_see_positions else x) @ v_) @ o_
        x = x + added
        patterns.append(torch.stack(of_layer, 1))
    return x @ weights["W_U"], torch.stack(patterns)


@exercise("03.attention_only_forward", part="logits")
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_logits_of_any_weights(learner, model, twice, layers):
    weights, tokens = model(layers=layers), twice()
    expect(learner.transformer.attention_only_forward(weights, tokens).logits, "logits").to_match(
        explicit(weights, tokens)[0],
        atol=1e-4,
        watch_for=[
            mistake("The causal mask is missing.", lambda: explicit(weights, tokens, mask=False)[0]),
            mistake("The scores were not divided by √d_head.", lambda: explicit(weights, tokens, scale=False)[0]),
            mistake("Values see positions.", lambda: explicit(weights, tokens, values_see_positions=True)[0]),
        ],
    )


@exercise("03.attention_only_forward", part="patterns")
@pytest.mark.parametrize("layers", [1, 2])
def test_patterns_of_any_weights(learner, model, twice, layers):
    weights, tokens = model(layers=layers), twice()
    right = explicit(weights, tokens)[1]
    expect(learner.transformer.attention_only_forward(weights, tokens).patterns, "patterns").to_match(
        right,
        atol=1e-4,
        watch_for=[
            mistake("The causal mask is missing.", lambda: explicit(weights, tokens, mask=False)[1]),
            mistake("The scores were not divided by √d_head.", lambda: explicit(weights, tokens, scale=False)[1]),
            mistake("The patterns are [key, query].", right.transpose(-1, -2)),
            mistake("Axes are in another order: layer, batch, head.", right.transpose(1, 2)),
        ],
    )


@exercise("03.attention_only_forward", part="logits")
def test_the_future_changes_nothing(learner, model, twice):
    weights, tokens = model(), twice()
    changed = tokens.clone()
    changed[:, 9:] = (changed[:, 9:] + 1) % 12
    logits = learner.transformer.attention_only_forward(weights, changed).logits
    expect(logits, "logits").to_have_shape(*explicit(weights, tokens)[0].shape)
    expect(logits[:, :9], "logits at positions before a change").to_match(
        explicit(weights, tokens)[0][:, :9], atol=1e-4
    )


@exercise("03.attention_only_forward", part="outputs")
def test_outputs_of_any_weights(learner, reference, model, twice):
    weights, tokens = model(), twice()
    right = reference.transformer.attention_only_forward(weights, tokens).outputs
    expect(learner.transformer.attention_only_forward(weights, tokens).outputs, "outputs").to_match(right, atol=1e-4)


@exercise("03.attention_only_forward", part="overwrite")
def test_overwriting_any_heads(learner, reference, draw, model, twice):
    weights, tokens = model(), twice()
    chosen = [(0, 2, draw.normal(5, 15, 10)), (0, 0, draw.normal(15, 10)), (1, 1, draw.normal(10))]
    got = learner.transformer.attention_only_forward(weights, tokens, chosen)
    right = reference.transformer.attention_only_forward(weights, tokens, chosen)
    plain = reference.transformer.attention_only_forward(weights, tokens)
    expect(got.logits, "logits with three heads overwritten").to_match(
        right.logits, atol=1e-4, watch_for=[mistake("Nothing was overwritten.", plain.logits)]
    )
    expect(got.patterns, "patterns with three heads overwritten").to_match(right.patterns, atol=1e-4)
    expect(got.outputs, "outputs with three heads overwritten").to_match(right.outputs, atol=1e-4)


@exercise("03.attention_only_forward", part="overwrite")
def test_what_was_given_stays_as_it_is(learner, model, twice):
    weights, tokens = model(), twice()
    learner.transformer.attention_only_forward(weights, tokens, [(1, 0, torch.zeros(10))])
    again = learner.transformer.attention_only_forward(weights, tokens)
    expect(again.logits, "logits after a run with an overwritten head").to_match(
        explicit(weights, tokens)[0], atol=1e-4
    )


@exercise("03.attention_only_forward", part="logits")
def test_the_shipped_model(learner, reference, runs):
    tokens = runs.test[:8]
    logits = learner.transformer.attention_only_forward(runs.two_layers.weights, tokens).logits
    right = reference.transformer.attention_only_forward(runs.two_layers.weights, tokens).logits
    expect(logits, "logits of the shipped model").to_match(right, atol=1e-2, rtol=1e-3)


@exercise("03.attention_only_forward", part="logits")
def test_too_many_tokens(learner, model):
    with expect_error(ValueError):
        learner.transformer.attention_only_forward(model(length=4), torch.zeros(2, 5, dtype=torch.int64))
