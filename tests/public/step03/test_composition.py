"""How heads of the second layer use those of the first."""

import pytest
import torch

from autograder import exercise, expect, mistake


@exercise("03.decompose_query")
def test_the_components_of_the_query_sum_to_it(learner, model, twice):
    weights, tokens = model(), twice()[0]
    parts = learner.composition.decompose_query(weights, tokens, 1)
    expect(parts, "components [2 + heads, t, d_head]").to_have_shape(5, 11, 4)
    expect(parts.sum(0), "sum of the components").to_equal(
        read(learner, weights, tokens) @ weights["W_Q"][1, 1], atol=1e-5
    )


@exercise("03.decompose_key")
def test_the_components_of_the_key_sum_to_it(learner, model, twice):
    weights, tokens = model(), twice()[0]
    parts = learner.composition.decompose_key(weights, tokens, 2)
    stream = read(learner, weights, tokens)
    expect(parts.sum(0), "sum of the components").to_equal(
        stream @ weights["W_K"][1, 2],
        atol=1e-5,
        watch_for=[mistake("These are the queries: keys go through W_K.", lambda: stream @ weights["W_Q"][1, 2])],
    )


def read(learner, weights, tokens):
    """What the second layer's queries and keys are made from: token, position, and the first layer's outputs."""
    outputs = learner.transformer.attention_only_forward(weights, tokens[None]).outputs
    return weights["W_E"][tokens] + weights["W_pos"][: len(tokens)] + outputs[0, 0].sum(0)


@exercise("03.decompose_query")
def test_tokens_first_then_positions_then_heads(learner, model, twice):
    weights, tokens = model(), twice()[0]
    W_Q = weights["W_Q"][1, 0]
    parts = learner.composition.decompose_query(weights, tokens, 0)
    expect(parts[0], "component 0: tokens").to_equal(weights["W_E"][tokens] @ W_Q)
    expect(parts[1], "component 1: positions").to_equal(weights["W_pos"][:11] @ W_Q)


@exercise("03.decompose_key")
def test_the_hand_made_head_finds_its_keys_by_the_previous_token_head(learner, circuit, twice):
    parts = learner.composition.decompose_key(circuit(), twice()[0], 1)
    sizes = parts[:, 1:].norm(dim=(1, 2))
    expect(int(sizes.argmax()), "largest component of token, position, 0.0, 0.1").to_equal(2)


@exercise("03.decompose_scores")
def test_one_component_of_each(learner):
    query, key = torch.tensor([[[1.0, 0, 0, 2], [0, 3, 0, 0]]]), torch.tensor([[[2.0, 1, 0, 1], [0, 0, 5, 5]]])
    scores = learner.composition.decompose_scores(query, key)
    expect(scores, "scores [1, 1, query, key]").to_equal(
        torch.tensor([[[[2.0, 5.0], [1.5, 0.0]]]]),
        watch_for=[
            mistake("The scores were not divided by √d_head.", torch.tensor([[[[4.0, 10], [3, 0]]]])),
            mistake("Queries and keys are swapped.", torch.tensor([[[[2.0, 1.5], [5, 0]]]])),
        ],
    )


@exercise("03.decompose_scores")
def test_the_parts_sum_to_the_scores(learner):
    generator = torch.Generator().manual_seed(0)
    query, key = torch.randn(3, 6, 4, generator=generator), torch.randn(5, 6, 4, generator=generator)
    scores = learner.composition.decompose_scores(query, key)
    expect(scores, "scores [query component, key component, query, key]").to_have_shape(3, 5, 6, 6)
    expect(scores.sum((0, 1)), "sum over the components").to_equal(query.sum(0) @ key.sum(0).T / 2, atol=1e-5)


@exercise("03.k_composition_circuit")
def test_the_hand_made_head_looks_for_what_follows_itself(learner, circuit):
    left, right = learner.composition.k_composition_circuit(circuit(), previous=0, induction=1)
    expect(left @ right, "matching circuit of 0.0 and 1.1").to_equal(30 * torch.eye(10))


@exercise("03.k_composition_circuit")
def test_rows_are_the_tokens_that_look(learner, model):
    weights = model()
    left, right = learner.composition.k_composition_circuit(weights, previous=2, induction=0)
    query = weights["W_E"] @ weights["W_Q"][1, 0]
    key = weights["W_E"] @ weights["W_V"][0, 2] @ weights["W_O"][0, 2] @ weights["W_K"][1, 0]
    expect(left @ right, "left · right").to_equal(
        query @ key.T, atol=1e-5, watch_for=[mistake("Rows and columns are swapped.", key @ query.T)]
    )


@exercise("03.composition_score")
def test_what_is_written_is_read_or_not(learner):
    e = torch.eye(4)
    writes_first = (e[:, :1], e[:1])  # reads direction 0, writes direction 0
    reads_first, reads_second = (e[:, :1], e[2:3]), (e[:, 1:2], e[2:3])
    expect(learner.composition.composition_score(writes_first, reads_first), "score, same direction").to_equal(1.0)
    expect(learner.composition.composition_score(writes_first, reads_second), "score, other direction").to_equal(0.0)


@exercise("03.composition_score")
def test_the_score_does_not_depend_on_size(learner):
    generator = torch.Generator().manual_seed(0)
    a, b, c, d = (torch.randn(s, generator=generator) for s in ((6, 2), (2, 5), (5, 3), (3, 7)))
    score = learner.composition.composition_score((a, b), (c, d))
    explicit = (a @ b @ c @ d).norm() / ((a @ b).norm() * (c @ d).norm())
    expect(score, "score of random factors").to_equal(
        explicit.item(),
        atol=1e-5,
        watch_for=[
            mistake("‖AB‖ was not divided by the norms.", lambda: (a @ b @ c @ d).norm().item()),
            mistake(
                "The norms of the four factors were taken: A is their product.",
                lambda: ((a @ b @ c @ d).norm() / (a.norm() * b.norm() * c.norm() * d.norm())).item(),
            ),
        ],
    )
    larger = learner.composition.composition_score((3 * a, b), (c, 0.1 * d))
    expect(larger, "score of the same, larger and smaller").to_equal(score, atol=1e-5)


@exercise("03.composition_score")
def test_30000_rows(learner):
    a, b = torch.ones(30_000, 1), torch.tensor([[1.0, 0]])
    c, d = torch.tensor([[1.0], [1.0]]), torch.ones(1, 30_000)
    score = learner.composition.composition_score((a, b), (c, d))
    expect(score, "score of factors with 30,000 rows").to_equal(2**-0.5, atol=1e-6)


@exercise("03.head_compositions")
def test_the_hand_made_circuit_composes_by_keys(learner, circuit):
    scores = learner.composition.head_compositions(circuit() | silent(circuit()))
    expect(scores, "scores [Q K V, first, second]").to_have_shape(3, 2, 2)
    expect(scores[:, 0, 1], "Q, K and V of 0.0 with 1.1").to_equal(torch.tensor([0.0, 10**-0.5, 0.0]), atol=1e-6)


def silent(weights):
    """Heads that do something harmless in place of nothing, so that no norm is zero."""
    filled = {name: weights[name].clone() for name in ("W_Q", "W_K", "W_V", "W_O")}
    for layer, head in ((0, 1), (1, 0)):
        for weight in filled.values():
            weight[layer, head, 0, 0] = 1.0
    return filled


@exercise("03.head_compositions")
@pytest.mark.parametrize("kind, name", [(0, "Q"), (1, "K"), (2, "V")])
def test_each_kind_against_the_full_matrices(learner, model, kind, name):
    weights = model(heads=2)
    W_Q, W_K, W_V, W_O = (weights[n] for n in ("W_Q", "W_K", "W_V", "W_O"))
    A = W_V[0, 0] @ W_O[0, 0]
    B = (W_Q[1, 1] @ W_K[1, 1].T, W_K[1, 1] @ W_Q[1, 1].T, W_V[1, 1] @ W_O[1, 1])[kind]
    score = learner.composition.head_compositions(weights)[kind, 0, 1]
    expect(score, f"{name}-composition of 0.0 with 1.1").to_equal((A @ B).norm() / (A.norm() * B.norm()), atol=1e-5)


@exercise("03.composition_baseline")
def test_random_heads_of_rank_1(learner):
    """In d dimensions two random directions have a squared cosine of 1/d on average."""
    chance = learner.composition.composition_baseline(100, 1, 200, seed=0)
    expect(chance, "baseline for d_model = 100, d_head = 1").to_be_within(0.06, 0.1)


@exercise("03.composition_baseline")
def test_heads_of_full_width_read_everything(learner):
    wide, narrow = (learner.composition.composition_baseline(24, e, 20, seed=1) for e in (24, 2))
    expect(wide, "baseline for d_head = d_model = 24").to_be_within(0.18, 0.24)
    expect(narrow, "baseline for d_head = 2").to_be_within(0.14, 0.24)
    again = learner.composition.composition_baseline(24, 2, 20, seed=1)
    expect(again, "baseline of the same seed").to_equal(narrow)
