"""Ablations of random models, against the reference and against the variants that are wrong."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


def second_half(reference, weights, tokens, overwrite=()):
    logits = reference.transformer.attention_only_forward(weights, tokens, overwrite).logits
    return reference.losses.half_losses(reference.losses.per_position_loss(logits, tokens), tokens.shape[1] // 2).second


def changes(reference, weights, tokens, instead, loss=second_half):
    """The change for every head when it adds `instead(outputs of the head [batch, position, d_model])`."""
    outputs = reference.transformer.attention_only_forward(weights, tokens).outputs
    layers, heads = outputs.shape[0], outputs.shape[2]
    losses = [
        [loss(reference, weights, tokens, [(i, j, instead(outputs[i, :, j]))]) for j in range(heads)]
        for i in range(layers)
    ]
    return torch.tensor(losses) - loss(reference, weights, tokens)


@exercise("03.ablate_heads")
@pytest.mark.parametrize("bos", [True, False])
def test_mean_ablation(learner, reference, model, twice, bos):
    weights, tokens = model(scale=0.5), twice(bos=bos)
    right = changes(reference, weights, tokens, lambda output: output.mean(0))
    expect(learner.causal.ablate_heads(weights, tokens), "change of the loss").to_match(
        right,
        atol=2e-4,
        watch_for=[
            mistake("The mean was taken over positions, not over the batch.",
                    lambda: changes(reference, weights, tokens, lambda output: output.mean(1, keepdim=True))),
            mistake("The mean was taken over batch and positions: keep positions apart.",
                    lambda: changes(reference, weights, tokens, lambda output: output.mean((0, 1)))),
            mistake("This is zero ablation.", lambda: changes(reference, weights, tokens, torch.zeros_like)),
            mistake("Intact minus ablated: the sign is wrong.", -right),
            mistake("The loss was averaged over both halves.",
                    lambda: changes(reference, weights, tokens, lambda output: output.mean(0), _whole)),
            mistake("This is the loss of the first half.",
                    lambda: changes(reference, weights, tokens, lambda output: output.mean(0), _first)),
        ],
    )  # fmt: skip


def _first(reference, weights, tokens, overwrite=()):
    logits = reference.transformer.attention_only_forward(weights, tokens, overwrite).logits
    return reference.losses.half_losses(reference.losses.per_position_loss(logits, tokens), tokens.shape[1] // 2).first


def _whole(reference, weights, tokens, overwrite=()):
    logits = reference.transformer.attention_only_forward(weights, tokens, overwrite).logits
    return reference.losses.per_position_loss(logits, tokens).mean().item()


@exercise("03.ablate_heads")
def test_zero_ablation(learner, reference, model, twice):
    weights, tokens = model(scale=0.5), twice()
    expect(learner.causal.ablate_heads(weights, tokens, "zero"), "change of the loss").to_match(
        changes(reference, weights, tokens, torch.zeros_like),
        atol=2e-4,
        watch_for=[
            mistake("This is mean ablation.", lambda: changes(reference, weights, tokens, lambda out: out.mean(0))),
        ],
    )


@exercise("03.ablate_heads")
def test_models_of_one_and_three_layers(learner, reference, model, twice):
    for layers in (1, 3):
        weights, tokens = model(layers=layers, heads=2), twice()
        right = changes(reference, weights, tokens, lambda output: output.mean(0))
        expect(learner.causal.ablate_heads(weights, tokens, "mean"), "change of the loss").to_match(right, atol=2e-4)


@exercise("03.ablate_heads")
def test_the_shipped_model(learner, runs, checkpoints):
    change = learner.causal.ablate_heads(runs.two_layers.weights, runs.test)
    expect(change.flatten().tolist(), "change of the loss, shipped model").to_equal_checkpoint(
        checkpoints["ablation_of_every_head"]
    )


@exercise("03.ablate_heads")
def test_unknown_kinds(learner, model, twice):
    for kind in ("", "Mean"):
        with expect_error(ValueError):
            learner.causal.ablate_heads(model(), twice(), kind)


@exercise("03.break_the_circuit")
@pytest.mark.parametrize("bos", [True, False])
def test_scores_of_any_model(learner, reference, model, twice, bos):
    weights, tokens = model(scale=0.5), twice(bos=bos)
    got = learner.causal.break_the_circuit(weights, tokens)
    right = reference.causal.break_the_circuit(weights, tokens)
    expect(got.intact, "intact").to_match(right.intact, atol=1e-4)
    expect(got.ablated, "ablated").to_match(
        right.ablated,
        atol=1e-4,
        watch_for=[
            mistake("Rows and columns are swapped: a row is the head that was taken away.", right.ablated.T),
            mistake("The heads were zeroed: let them add their mean.",
                    lambda: _scores(reference, weights, tokens, torch.zeros_like)),
            mistake("The mean was taken over positions, not over the batch.",
                    lambda: _scores(reference, weights, tokens, lambda out: out.mean(1, keepdim=True))),
            mistake("Ablation changed nothing: every row is `intact`.", right.intact.expand(3, 3)),
        ],
    )  # fmt: skip


def _scores(reference, weights, tokens, instead):
    outputs = reference.transformer.attention_only_forward(weights, tokens).outputs[0]
    runs = [
        reference.transformer.attention_only_forward(weights, tokens, [(0, i, instead(outputs[:, i]))])
        for i in range(3)
    ]
    return torch.stack(
        [reference.scores.prefix_matching_score(r.patterns[1], tokens.shape[1] // 2).mean(0) for r in runs]
    )


@exercise("03.break_the_circuit")
def test_the_shipped_circuit_breaks(learner, runs, checkpoints):
    broken = learner.causal.break_the_circuit(runs.two_layers.weights, runs.test)
    expect(broken.intact.tolist(), "intact scores of the shipped model").to_equal_checkpoint(
        checkpoints["prefix_matching_scores"]
    )
    expect(broken.ablated[1].tolist(), "scores without the previous-token head").to_equal_checkpoint(
        checkpoints["prefix_matching_without_0_1"]
    )


@exercise("03.why_spared")
@pytest.mark.parametrize(("layers", "heads", "bos"), [(2, 2, True), (2, 3, False), (1, 3, True), (3, 1, True)])
def test_costs_of_any_model(learner, reference, model, twice, draw, layers, heads, bos):
    weights, tokens = model(layers=layers, heads=heads, scale=0.6), twice(half=6, bos=bos)
    means = reference.transformer.attention_only_forward(weights, tokens).outputs.mean(1)
    this = (int(draw.integers(0, layers, 1)), int(draw.integers(0, heads, 1)))

    def loss(*taken):
        return second_half(reference, weights, tokens, [(i, j, means[i, j]) for i, j in taken])

    others = [(i, j) for i in range(layers) for j in range(heads) if (i, j) != this]
    costs = {other: loss(this, other) - loss(other) for other in others}
    alone, beside = loss(this) - loss(), max(costs.values())
    together = max(loss(this, other) for other in others) - loss()
    found = learner.causal.why_spared(weights, tokens, *this)
    expect(found.alone, "cost of the head alone").to_match(
        alone, atol=2e-4, watch_for=[mistake("The sign is wrong: a cost is a loss that rises.", -alone)]
    )
    expect(found.beside, "largest cost of the head beside another").to_match(
        beside,
        atol=2e-4,
        watch_for=[
            mistake("The cost of the other head is counted, too.", together),
            mistake("This is the smallest of the costs; the largest is asked.", min(costs.values())),
            mistake("This is the mean of the costs; the largest is asked.", sum(costs.values()) / len(costs)),
        ],
    )
    other = tuple(number.item() if torch.is_tensor(number) and not number.ndim else number for number in found.other)
    expect(other in costs, "whether `other` is another head").to_be_true("`other` is no other head of the model.")
    expect(costs[other], "cost of the head beside the one that is named").to_match(beside, atol=1e-3)


@exercise("03.why_spared")
def test_verdicts_follow_the_costs(learner, reference, model, twice):
    """Thresholds below both costs, between them where there is a between, and above both."""
    weights, tokens = model(heads=2, scale=0.6), twice(half=6)
    for layer, head in ((0, 1), (1, 0)):
        right = reference.causal.why_spared(weights, tokens, layer, head)
        low, high = sorted((right.alone, right.beside))
        for threshold in (low - 0.01, (low + high) / 2, high + 0.01):
            if min(abs(threshold - low), abs(threshold - high)) < 1e-3:
                continue
            expected = reference.causal.why_spared(weights, tokens, layer, head, threshold).verdict
            found = learner.causal.why_spared(weights, tokens, layer, head, threshold)
            expect(found.verdict, "verdict").to_match(expected)


@exercise("03.why_spared")
def test_the_shipped_model_has_a_spare_head(learner, runs, checkpoints):
    weights, tokens = runs.two_layers.weights, runs.test
    found = learner.causal.why_spared(weights, tokens, 1, 2)
    expect(found.verdict, "verdict on a head of the shipped model").to_match("covered")
    expect([found.alone, found.beside], "its costs").to_equal_checkpoint(checkpoints["costs_of_1_2"])


@exercise("03.phase_change")
@pytest.mark.parametrize("layers", [1, 2])
def test_any_snapshots(learner, reference, model, twice, layers):
    snapshots, tokens = [model(layers=layers, scale=s) for s in (0.2, 0.5, 0.35)], twice(bos=layers == 1)
    got, right = (side.causal.phase_change(snapshots, tokens) for side in (learner, reference))
    for name in ("first_half", "second_half"):
        expect(getattr(got, name), name).to_match(getattr(right, name), atol=1e-4)
    half = tokens.shape[1] // 2
    patterns = [reference.transformer.attention_only_forward(w, tokens).patterns for w in snapshots]
    whole_stripe = torch.stack([p.diagonal(1 - half, -2, -1).mean((1, 3)) for p in patterns])
    expect(got.previous_token, "previous-token scores").to_match(
        right.previous_token,
        atol=1e-4,
        watch_for=[
            mistake("This is the other of the two scores.", right.prefix_matching),
            mistake("The last snapshot comes first: keep the order given.", right.previous_token.flip(0)),
        ],
    )
    expect(got.prefix_matching, "prefix-matching scores").to_match(
        right.prefix_matching,
        atol=1e-4,
        watch_for=[
            mistake("Queries of the first half were counted.", whole_stripe),
            mistake("This is the other of the two scores.", right.previous_token),
            mistake("The last snapshot comes first: keep the order given.", right.prefix_matching.flip(0)),
        ],
    )


@exercise("03.phase_change")
def test_the_shipped_run_drops_at_once(learner, runs):
    chosen = [0, 200, 700, 1200]
    found = learner.causal.phase_change([runs.two_layers.snapshots[s] for s in chosen], runs.test)
    expect(found.second_half, "second half").to_have_shape(4)
    expect(found.second_half[:2], "second half at the start and on the plateau").to_be_at_least(2.0)
    expect(found.second_half[2:], "second half after the drop").to_be_at_most(0.1)
    best = found.prefix_matching[:, 1].max(1).values
    expect(best[:2], "best prefix matching before").to_be_at_most(0.4)
    expect(best[2:], "best prefix matching after").to_be_at_least(0.8)
    control = learner.causal.phase_change([runs.one_layer.snapshots[s] for s in chosen], runs.test)
    expect(control.second_half, "second half of the one-layer control").to_be_at_least(2.0)
