"""Ablations on the hand-made circuit, and snapshots."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake


@exercise("03.ablate_heads")
def test_both_heads_of_the_circuit_matter_and_the_others_do_not(learner, circuit, twice):
    change = learner.causal.ablate_heads(circuit(), twice(batch=8))
    expect(change, "change of the loss [layer, head]").to_have_shape(2, 2)
    expect(change[[0, 1], [0, 1]], "change for 0.0 and 1.1").to_be_at_least(1.0)
    expect(change[[0, 1], [1, 0]], "change for 0.1 and 1.0").to_equal(torch.zeros(2), atol=1e-5)


@exercise("03.ablate_heads")
def test_a_head_that_always_says_the_same_survives_its_mean(learner, circuit, twice):
    weights = circuit()
    weights["W_V"][1, 0, 0, 0] = 1.0  # head 1.0 spreads token 0 over ...
    weights["W_E"][:, 0] = 1.0  # ... which is now the same for every token
    weights["W_O"][1, 0, 0, 20:30] = torch.arange(10.0)
    tokens = twice(batch=8)
    mean, zero = (learner.causal.ablate_heads(weights, tokens, kind)[1, 0].item() for kind in ("mean", "zero"))
    expect(mean, "change when 1.0 adds its mean").to_equal(0.0, atol=1e-4)
    expect(abs(zero), "size of the change when 1.0 adds nothing").to_be_at_least(0.001)


@exercise("03.ablate_heads")
def test_zero_is_a_head_without_W_O(learner, model, twice):
    weights, tokens = model(), twice()
    change = learner.causal.ablate_heads(weights, tokens, "zero")
    silent = {name: weight.clone() for name, weight in weights.items()}
    silent["W_O"][0, 1] = 0

    def second_half(w):
        logits = learner.transformer.attention_only_forward(w, tokens).logits
        return learner.losses.half_losses(learner.losses.per_position_loss(logits, tokens), 5).second

    expected = second_half(silent) - second_half(weights)
    expect(change[0, 1].item(), "change for 0.1").to_equal(
        expected, atol=1e-5, watch_for=[mistake("Intact minus ablated: the sign is wrong.", -expected)]
    )


@exercise("03.ablate_heads")
def test_another_kind_is_refused(learner, model, twice):
    with expect_error(ValueError):
        learner.causal.ablate_heads(model(), twice(), "median")


@exercise("03.break_the_circuit")
def test_without_its_previous_token_head_the_induction_head_is_lost(learner, circuit, twice):
    broken = learner.causal.break_the_circuit(circuit(), twice(batch=8))
    expect(broken.intact[1:2], "score of 1.1, intact").to_equal(torch.ones(1), atol=0.01)
    expect(broken.ablated[0, 1].item(), "score of 1.1 without 0.0").to_be_at_most(0.4)
    without = "score of 1.1 without 0.1, which does nothing"
    expect(broken.ablated[1, 1:2], without).to_equal(torch.ones(1), atol=0.01)


@exercise("03.break_the_circuit")
def test_shapes_with_and_without_bos(learner, model, twice):
    for bos in (True, False):
        broken = learner.causal.break_the_circuit(model(), twice(bos=bos))
        expect(broken.intact, "intact").to_have_shape(3)
        expect(broken.ablated, "ablated [first, second]").to_have_shape(3, 3)


@pytest.fixture
def spare(circuit):
    """The circuit with a second induction head: 1.0 is what 1.1 is."""
    weights = circuit()
    for name in ("W_Q", "W_K", "W_V", "W_O"):
        weights[name][1, 0] = weights[name][1, 1]
    return weights


@exercise("03.why_spared")
def test_a_head_whose_twin_is_there_is_covered_by_it(learner, spare, twice):
    for head, twin in ((0, 1), (1, 0)):
        found = learner.causal.why_spared(spare, twice(batch=8), 1, head)
        expect(found.verdict, f"verdict on 1.{head}, which has a twin").to_equal("covered")
        expect(tuple(found.other), f"the head that covers for 1.{head}").to_equal((1, twin))
        expect(found.alone, f"cost of 1.{head} alone").to_be_within(-0.01, 0.01)
        expect(found.beside, f"cost of 1.{head} once its twin has gone").to_be_at_least(1.0)


@exercise("03.why_spared")
def test_two_previous_token_heads_cover_for_each_other(learner, circuit, twice):
    """In the first layer, as in the second."""
    weights = circuit()
    for name in ("W_Q", "W_K", "W_V", "W_O"):
        weights[name][0, 1] = weights[name][0, 0]
    found = learner.causal.why_spared(weights, twice(batch=8), 0, 0)
    expect(found.verdict, "verdict on 0.0, which has a twin").to_equal("covered")
    expect(tuple(found.other), "the head that covers for 0.0").to_equal((0, 1))


@exercise("03.why_spared")
def test_without_a_twin_it_is_missed(learner, circuit, twice):
    for layer, head in ((0, 0), (1, 1)):
        found = learner.causal.why_spared(circuit(), twice(batch=8), layer, head)
        expect(found.verdict, f"verdict on {layer}.{head}, half of the circuit").to_equal("missed")
        expect(found.alone, f"cost of {layer}.{head} alone").to_be_at_least(1.0)


@exercise("03.why_spared")
def test_a_head_that_writes_nothing_is_idle(learner, circuit, twice):
    found = learner.causal.why_spared(circuit(), twice(batch=8), 1, 0)
    expect(found.verdict, "verdict on 1.0, which writes nothing").to_equal("idle")
    expect(found.alone, "cost of 1.0 alone").to_equal(0.0, atol=1e-5)
    expect(found.beside, "largest cost of 1.0 beside another").to_equal(0.0, atol=1e-5)


@exercise("03.why_spared")
@pytest.mark.parametrize("layer", [0, 1])
def test_the_costs_are_differences_of_losses(learner, model, twice, layer):
    """Each loss is measured with your own functions; one head a layer, so that there is one other."""
    weights, tokens = model(heads=1), twice()
    intact = learner.transformer.attention_only_forward(weights, tokens)
    means = intact.outputs.mean(1)

    def loss(*instead):
        run = learner.transformer.attention_only_forward(weights, tokens, list(instead))
        return learner.losses.half_losses(learner.losses.per_position_loss(run.logits, tokens), 5).second

    this, other = ((which, 0, means[which, 0]) for which in (layer, 1 - layer))
    both, without_other = loss(this, other), loss(other)

    def mean_of_the_rest():
        rest = learner.transformer.attention_only_forward(weights, tokens, [other]).outputs.mean(1)
        return loss((layer, 0, rest[layer, 0]), other) - without_other

    found = learner.causal.why_spared(weights, tokens, layer, 0)
    expect(found.alone, f"cost of {layer}.0 alone").to_equal(loss(this) - loss(), atol=1e-5)
    expect(found.beside, f"cost of {layer}.0 once the other has gone").to_equal(
        both - without_other,
        atol=1e-5,
        watch_for=[
            mistake("The cost of the other head is counted, too.", both - loss()),
            mistake("This is what the other head costs once this one has gone.", lambda: both - loss(this)),
            mistake("The head's mean is that of a model without the other: take the intact model's.", mean_of_the_rest),
        ],
    )
    expect(tuple(found.other), "the other head").to_equal((1 - layer, 0))


@exercise("03.why_spared")
def test_the_threshold_decides(learner, spare, twice):
    tokens = twice(batch=8)
    for threshold, verdict in ((-1.0, "missed"), (0.5, "covered"), (100.0, "idle")):
        found = learner.causal.why_spared(spare, tokens, 1, 0, threshold)
        expect(found.verdict, f"verdict with a threshold of {threshold:g}").to_equal(verdict)


@exercise("03.phase_change")
def test_a_circuit_that_appears(learner, model, circuit, twice):
    tokens = twice()
    unborn = circuit()
    unborn["W_O"] = torch.zeros_like(unborn["W_O"])
    found = learner.causal.phase_change([unborn, circuit()], tokens)
    expect(found.prefix_matching, "prefix matching [snapshot, layer, head]").to_have_shape(2, 2, 2)
    expect(found.prefix_matching[0, 1, 1].item(), "score of 1.1 before").to_be_at_most(0.4)
    expect(found.prefix_matching[1, 1, 1].item(), "score of 1.1 after").to_be_at_least(0.99)
    expect(found.previous_token[:, 0, 0], "previous-token score of 0.0, before and after").to_be_at_least(0.99)
    expect(found.second_half.dtype, "dtype of the losses").to_equal(torch.float64)
    drop = (found.second_half[0] - found.second_half[1]).item()
    expect(drop, "how far the second half's loss drops").to_be_at_least(1.0)


@exercise("03.phase_change")
def test_a_model_of_one_layer(learner, model, twice):
    found = learner.causal.phase_change([model(layers=1, seed=s) for s in range(3)], twice())
    expect(found.previous_token, "previous-token scores").to_have_shape(3, 1, 3)
    expect(found.first_half, "losses of the first half").to_have_shape(3)
