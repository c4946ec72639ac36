"""Faithfulness, completeness and minimality on random models, against the variants that are wrong."""

import pytest
import torch

from autograder import exercise, expect, expect_error, mistake
from reference.step04_ioi import ablation, attribution


def score(own, data, means, keep):
    logits = ablation.mean_ablate(own, data.tokens, data.frames, means, keep)
    return attribution.logit_difference(logits, data.answers).item()


def some_heads(draw, layers=3, heads=2):
    """About half of the heads, one at least and not all."""
    chosen = draw.permutation(layers * heads) < layers * heads // 2
    return chosen.reshape(layers, heads)


@exercise("04.faithfulness")
@pytest.mark.parametrize("at_positions", [False, True])
def test_a_random_circuit(learner, setting, draw, at_positions):
    model, own, data, means = setting()
    circuit = some_heads(draw)
    if at_positions:
        circuit = circuit[..., None, None] & (draw.uniform(1, 1, *data.tokens.shape) < 0.6)
    got = learner.ablation.faithfulness(model, data.tokens, data.answers, data.frames, means, circuit)
    right = ablation.faithfulness(own, data.tokens, data.answers, data.frames, means, circuit)
    without = score(own, data, means, ~circuit)
    zero = score(own, data, torch.zeros_like(means), circuit)
    expect(got.circuit, "F(C)").to_match(
        right.circuit,
        atol=2e-4,
        watch_for=[
            mistake("This is F(M ∖ C): the circuit was taken away, and should be all that is left.", without),
            mistake("The others were zeroed: they should write their means.", zero),
            mistake("This is the ratio.", right.ratio),
        ],
    )
    expect(got.model, "F(M)").to_match(right.model, atol=2e-4)
    expect(got.ratio, "F(C) / F(M)").to_match(
        right.ratio,
        atol=2e-3,
        watch_for=[
            mistake("Model over circuit: the ratio is upside down.", 1 / right.ratio),
            mistake("This is the distance.", abs(right.model - right.circuit)),
            mistake("This is the difference.", right.circuit - right.model),
        ],
    )


@exercise("04.faithfulness")
def test_the_shipped_models_circuit(learner, shipped, checkpoints):
    given, _ = shipped_circuit(learner, shipped, checkpoints)
    found = learner.ablation.faithfulness(*given)
    expect(list(found), "F(C), F(M) and their ratio").to_equal_checkpoint(checkpoints["faithfulness_of_the_circuit"])


def some_sets(draw, circuit, count=4):
    """Sets of heads of the circuit, the empty one and a single head among them."""
    sets = circuit & (draw.uniform(count, *circuit.shape) < 0.5)
    sets[0], sets[1] = False, False
    sets[1][tuple(circuit.nonzero()[0])] = True
    return sets


@exercise("04.completeness")
def test_random_sets(learner, setting, draw):
    model, own, data, means = setting(layers=3, heads=4)
    circuit = some_heads(draw, 3, 4)
    sets = some_sets(draw, circuit)
    given = data.tokens, data.answers, data.frames, means, circuit, sets
    right = ablation.completeness(own, *given)
    if (right.circuit > right.model).all():  # let a difference without its absolute value show
        data = data._replace(answers=data.answers.flip(1))
        given = data.tokens, data.answers, data.frames, means, circuit, sets
        right = ablation.completeness(own, *given)
    got = learner.ablation.completeness(model, *given)
    kept = torch.tensor([score(own, data, means, removed) for removed in sets])
    expect(got.circuit, "F(C without K)").to_match(
        right.circuit,
        atol=2e-4,
        watch_for=[
            mistake("K was kept and the rest of the circuit taken away.", kept),
            mistake("This is F(M ∖ K): heads outside the circuit are to be ablated too.", right.model),
            mistake("This is F(C): take K away.", right.circuit[:1].expand(4)),
        ],
    )
    expect(got.model, "F(M without K)").to_match(
        right.model,
        atol=2e-4,
        watch_for=[
            mistake("This is F(M): take K away.", right.model[:1].expand(4)),
            mistake("This is F(C ∖ K).", right.circuit),
        ],
    )
    expect(got.incompleteness, "incompleteness").to_match(
        right.incompleteness,
        atol=3e-4,
        watch_for=[
            mistake("This is a ratio, as faithfulness has it: take the distance.", right.circuit / right.model),
            mistake("Take the absolute value.", right.circuit - right.model),
            mistake("Take the absolute value.", right.model - right.circuit),
            mistake("This is |F(M) − F(C ∖ K)|: K is to be taken from the model too.",
                    (right.model[0] - right.circuit).abs()),
        ],
    )  # fmt: skip


@exercise("04.completeness")
def test_a_set_that_is_not_of_the_circuit(learner, setting, draw):
    model, _, data, means = setting()
    circuit = some_heads(draw)
    with expect_error(ValueError):
        learner.ablation.completeness(
            model, data.tokens, data.answers, data.frames, means, circuit, torch.stack([circuit, ~circuit])
        )


def shipped_circuit(learner, shipped, checkpoints):
    """What the judges take: model, prompts, means, and the recorded circuit."""
    model, data = shipped
    means = learner.ablation.template_means(model, data.abc, data.frames)
    circuit = torch.tensor(checkpoints["greedy_circuit"].value).bool()
    return (model, data.tokens, data.answers, data.frames, means, circuit), circuit


@exercise("04.completeness")
def test_the_shipped_models_circuit_is_nearly_complete(learner, shipped, checkpoints):
    given, circuit = shipped_circuit(learner, shipped, checkpoints)
    singles = torch.eye(circuit.numel(), dtype=torch.bool)[circuit.flatten()].unflatten(1, circuit.shape)
    found = learner.ablation.completeness(*given, torch.cat([torch.zeros_like(singles[:1]), singles]))
    expect(found.incompleteness.max().item(), "largest incompleteness").to_equal_checkpoint(
        checkpoints["completeness_of_the_circuit"]
    )


@exercise("04.minimality")
def test_the_shipped_models_circuit_is_minimal(learner, shipped, checkpoints):
    given, circuit = shipped_circuit(learner, shipped, checkpoints)
    scores = learner.ablation.minimality(*given, torch.stack([torch.zeros_like(circuit), circuit]))
    expect(scores, "minimality").to_equal_checkpoint(checkpoints["minimality_of_the_circuit"])


@exercise("04.minimality")
def test_heads_of_a_random_circuit(learner, setting, draw):
    model, own, data, means = setting(layers=3, heads=2)
    circuit = some_heads(draw)
    sets = some_sets(draw, circuit, 3)
    given = data.tokens, data.answers, data.frames, means, circuit, sets
    right = ablation.minimality(own, *given)

    def each(keep_of, reduce=max):
        """|F(keep) − F(keep without v)| reduced over the sets, keep = keep_of(K)."""
        scores = torch.zeros(circuit.shape)
        for layer, head in circuit.nonzero().tolist():
            found = []
            for removed in sets:
                with_v, without_v = keep_of(removed), keep_of(removed)
                with_v[layer, head], without_v[layer, head] = True, False
                found.append(score(own, data, means, with_v) - score(own, data, means, without_v))
            scores[layer, head] = reduce(map(abs, found))
        return scores

    expect(learner.ablation.minimality(model, *given), "minimality").to_match(
        right,
        atol=3e-4,
        watch_for=[
            mistake("v was taken from the whole model: F is of the circuit.", lambda: each(lambda k: ~k)),
            mistake("The sets were not taken away.", lambda: each(lambda k: circuit.clone())),
            mistake("This is the mean over the sets: take the largest.",
                    lambda: each(lambda k: circuit & ~k, lambda f: sum(f) / len(sets))),
            mistake("Only the last set counts: take the largest over all.",
                    lambda: each(lambda k: circuit & ~k, lambda f: list(f)[-1])),
            mistake("This is the smallest over the sets: take the largest.", lambda: each(lambda k: circuit & ~k, min)),
        ],
    )  # fmt: skip


@exercise("04.minimality")
def test_heads_that_cover_for_each_other(learner, setting, draw):
    model, own, data, means = setting()
    circuit = torch.ones(3, 2, dtype=torch.bool)
    sets = torch.stack([circuit, torch.zeros_like(circuit)])
    for answers in (data.answers, data.answers.flip(1)):  # heads that help in one hinder in the other
        given = data.tokens, answers, data.frames, means, circuit, sets
        expect(learner.ablation.minimality(model, *given), "minimality").to_match(
            ablation.minimality(own, *given), atol=3e-4
        )
