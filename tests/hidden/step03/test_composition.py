"""Decompositions and composition scores of random weights."""

import pytest
import torch

from autograder import exercise, expect, mistake


def parts(reference, weights, tokens):
    outputs = reference.transformer.attention_only_forward(weights, tokens[None]).outputs
    return torch.cat([weights["W_E"][tokens][None], weights["W_pos"][None, : len(tokens)], outputs[0, 0]])


@exercise("03.decompose_query")
@pytest.mark.parametrize("bos", [True, False])
def test_query_of_any_weights(learner, reference, draw, model, twice, bos):
    weights, tokens, head = model(), twice(bos=bos)[0], int(draw.integers(0, 3, 1))
    read = parts(reference, weights, tokens)
    expect(learner.composition.decompose_query(weights, tokens, head), "components").to_match(
        read @ weights["W_Q"][1, head],
        atol=1e-4,
        watch_for=[
            mistake("These are keys.", read @ weights["W_K"][1, head]),
            mistake("The first layer's W_Q was used: the head belongs to the second.", read @ weights["W_Q"][0, head]),
            mistake("Tokens and positions are in each other's place.", read[[1, 0, 2, 3, 4]] @ weights["W_Q"][1, head]),
        ],
    )


@exercise("03.decompose_key")
@pytest.mark.parametrize("bos", [True, False])
def test_key_of_any_weights(learner, reference, draw, model, twice, bos):
    weights, tokens, head = model(), twice(bos=bos)[0], int(draw.integers(0, 3, 1))
    read = parts(reference, weights, tokens)
    expect(learner.composition.decompose_key(weights, tokens, head), "components").to_match(
        read @ weights["W_K"][1, head],
        atol=1e-4,
        watch_for=[
            mistake("These are queries.", read @ weights["W_Q"][1, head]),
            mistake("The first layer's W_K was used: the head belongs to the second.", read @ weights["W_K"][0, head]),
        ],
    )


@exercise("03.decompose_scores")
def test_any_components(learner, draw):
    query, key = draw.normal(3, 7, 5), draw.normal(4, 7, 5)
    right = torch.stack([torch.stack([q @ k.T for k in key]) for q in query]) / 5**0.5
    expect(learner.composition.decompose_scores(query, key), "scores").to_match(
        right,
        atol=1e-5,
        watch_for=[
            mistake("The scores were not divided by √d_head.", right * 5**0.5),
            mistake("The scores are [key, query].", right.transpose(2, 3)),
            mistake("Components of the key come before those of the query.", right.transpose(0, 1)),
        ],
    )


@exercise("03.decompose_scores")
def test_they_make_the_pattern(learner, reference, draw, model, twice):
    weights, tokens = model(), twice()
    read = parts(reference, weights, tokens[0])
    scores = learner.composition.decompose_scores(read @ weights["W_Q"][1, 2], read @ weights["W_K"][1, 2]).sum((0, 1))
    pattern = scores.masked_fill(torch.ones(15, 15).triu(1).bool(), -torch.inf).softmax(-1)
    expect(pattern, "softmax of the summed scores").to_match(
        reference.transformer.attention_only_forward(weights, tokens).patterns[1, 0, 2], atol=1e-4
    )


@exercise("03.k_composition_circuit")
def test_any_pair_of_heads(learner, draw, model):
    weights = model()
    i, j = int(draw.integers(0, 3, 1)), int(draw.integers(0, 3, 1))
    left, right = learner.composition.k_composition_circuit(weights, i, j)
    expect(left, "left factor").to_have_shape(13, 4)
    expect(right, "right factor").to_have_shape(4, 13)
    W_E, OV = weights["W_E"], weights["W_V"][0, i] @ weights["W_O"][0, i]
    QK = weights["W_Q"][1, j] @ weights["W_K"][1, j].T
    full = W_E @ QK @ (W_E @ OV).T
    expect(left @ right, "left · right").to_match(
        full,
        atol=1e-3,
        watch_for=[
            mistake("Rows and columns are swapped: a row is the token that looks.", full.T),
            mistake("This goes by the query: the first head writes where the second head looks from.",
                    W_E @ OV @ QK @ W_E.T),
            mistake("The first head's W_V W_O is missing.", W_E @ QK @ W_E.T),
        ],
    )  # fmt: skip


@exercise("03.k_composition_circuit")
def test_the_shipped_circuit(learner, reference, runs, checkpoints):
    factors = learner.composition.k_composition_circuit(runs.two_layers.weights, 1, 3)
    share = reference.circuits.copying_accuracy(*factors)
    expect(share, "share of tokens that look for what follows themselves").to_equal_checkpoint(
        checkpoints["k_composition_accuracy"]
    )


@exercise("03.composition_score")
def test_any_factors(learner, draw):
    a, b, c, d = draw.normal(9, 3), draw.normal(3, 7), draw.normal(7, 2), draw.normal(2, 11)
    A, B = (a @ b).double(), (c @ d).double()
    joint = (A @ B).norm()
    expect(learner.composition.composition_score((a, b), (c, d)), "score").to_match(
        (joint / (A.norm() * B.norm())).item(),
        atol=1e-5,
        watch_for=[
            mistake("‖AB‖ was not divided by the norms.", joint.item()),
            mistake("The spectral norm was taken: ‖·‖ is the Frobenius norm.", lambda: _spectral(A, B)),
            mistake("The norms of the four factors were taken: A is their product.",
                    (joint / (a.norm() * b.norm() * c.norm() * d.norm())).item()),
            mistake("The norms were added, not multiplied.", (joint / (A.norm() + B.norm())).item()),
            mistake("‖AB‖ was divided by ‖A‖ alone.", (joint / A.norm()).item()),
            mistake("‖AB‖ was divided by ‖B‖ alone.", (joint / B.norm()).item()),
            mistake("The squared norms were compared.", ((joint / (A.norm() * B.norm())) ** 2).item()),
        ],
    )  # fmt: skip


def _spectral(A, B):
    return (
        torch.linalg.matrix_norm(A @ B, 2) / (torch.linalg.matrix_norm(A, 2) * torch.linalg.matrix_norm(B, 2))
    ).item()


@exercise("03.composition_score")
def test_wide_factors(learner, draw):
    """More columns than rows, a rank above what lies between, and outer sizes for which no product has room."""
    a, b, c, d = draw.normal(20_000, 2), draw.normal(2, 5), draw.normal(5, 3), draw.normal(3, 20_000)
    gram_a, gram_d = a.double().T @ a.double(), d.double() @ d.double().T
    b, c = b.double(), c.double()
    inner = b @ c
    joint = (inner.T @ gram_a @ inner @ gram_d).trace()
    norms = (b.T @ gram_a @ b).trace() * (c @ gram_d @ c.T).trace()
    score = learner.composition.composition_score((a, b.float()), (c.float(), d))
    expect(score, "score of factors with 20,000 rows and columns").to_match((joint / norms).sqrt().item(), atol=1e-5)


@exercise("03.composition_score")
def test_full_rank_factors(learner, draw):
    a, b, c, d = draw.normal(3, 8), draw.normal(8, 6), draw.normal(6, 9), draw.normal(9, 4)
    A, B = (a @ b).double(), (c @ d).double()
    expect(learner.composition.composition_score((a, b), (c, d)), "score of factors wider than their rank").to_match(
        ((A @ B).norm() / (A.norm() * B.norm())).item(), atol=1e-5
    )


@exercise("03.composition_score")
def test_factors_whose_products_overflow_float32(learner, draw):
    """A score does not depend on size."""
    a, b, c, d = draw.normal(9, 3), draw.normal(3, 7), draw.normal(7, 2), draw.normal(2, 11)
    A, B = a.double() @ b.double(), c.double() @ d.double()
    huge = [1e10 * factor for factor in (a, b, c, d)]
    expect(learner.composition.composition_score(tuple(huge[:2]), tuple(huge[2:])), "score of huge factors").to_match(
        ((A @ B).norm() / (A.norm() * B.norm())).item(), atol=1e-5
    )


@exercise("03.head_compositions")
def test_any_weights(learner, reference, model):
    weights = model()
    right = reference.composition.head_compositions(weights)
    expect(learner.composition.head_compositions(weights), "scores [Q K V, first, second]").to_match(
        right,
        atol=1e-5,
        watch_for=[
            mistake("Q and K are in each other's place.", right[[1, 0, 2]]),
            mistake("The heads' axes are swapped: the first layer's comes first.", right.transpose(1, 2)),
        ],
    )


@exercise("03.head_compositions")
def test_the_shipped_model(learner, runs, checkpoints):
    scores = learner.composition.head_compositions(runs.two_layers.weights)
    expect(scores[1, 1].tolist(), "K-composition of head 0.1").to_equal_checkpoint(checkpoints["k_compositions_of_0_1"])


@exercise("03.composition_baseline")
def test_random_heads(learner, reference, draw):
    for d_model, d_head in ((64, 16), (40, 4), (12, 12)):
        chance = reference.composition.composition_baseline(d_model, d_head, 200, draw.seed())
        got = learner.composition.composition_baseline(d_model, d_head, 100, draw.seed())
        expect(got, "baseline").to_match(chance, rtol=0.12)


@exercise("03.composition_baseline")
def test_the_seed_decides(learner, draw):
    seed = draw.seed()
    one, same, other = (learner.composition.composition_baseline(16, 3, 4, s) for s in (seed, seed, seed + 1))
    expect(same, "baseline of the same seed").to_equal(one)
    expect(one, "a baseline").to_be_at_least(0.0)
    expect(bool(one != other), "whether another seed gives another baseline").to_be_true(
        "Two seeds gave the same baseline: draw the heads from a generator seeded with `seed`."
    )


@exercise("03.composition_baseline")
def test_more_samples_vary_less(learner, draw):
    few = torch.tensor([learner.composition.composition_baseline(20, 2, 1, draw.seed()) for _ in range(12)])
    many = torch.tensor([learner.composition.composition_baseline(20, 2, 60, draw.seed()) for _ in range(4)])
    expect((many.max() - many.min()).item(), "spread of the mean of 60 samples").to_be_at_most(0.06)
    expect((few.max() - few.min()).item(), "spread of single samples").to_be_at_least(0.03)
