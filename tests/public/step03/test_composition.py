"""How heads of the second layer use those of the first."""

import pytest
import torch

from autograder import exercise, expect, mistake
from autograder.expect.suspects import Suspect


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
def test_five_pairs_drawn_at_random(learner):
    generator = torch.Generator().manual_seed(0)
    pairs = []
    for r, s, m in ((2, 3, 5), (1, 2, 4), (3, 3, 7), (2, 1, 3), (4, 2, 6)):
        a, b, c, d = (torch.randn(size, generator=generator) for size in ((m + 2, r), (r, m), (m, s), (s, m + 1)))
        pairs.append(((a, b), (c, d)))
    scores = [learner.composition.composition_score(*pair) for pair in pairs]

    def over(score):
        return torch.tensor([score(a @ b, c @ d).item() for (a, b), (c, d) in pairs])

    expect(scores, "scores of five random pairs").to_equal(
        [0.4802812, 0.3673339, 0.2928369, 0.6062158, 0.4316319],  # by the course's solution
        watch_for=[
            mistake("‖AB‖ was not divided by the norms.", lambda: over(lambda A, B: (A @ B).norm())),
            mistake(
                "The spectral norm was taken: ‖·‖ is the Frobenius norm.",
                torch.tensor([0.8089634, 0.387797, 0.3543379, 0.6589021, 0.6762114]),
            ),
            mistake(
                "The norms of the four factors were taken: A is their product.",
                lambda: torch.stack(
                    [(a @ b @ c @ d).norm() / (a.norm() * b.norm() * c.norm() * d.norm()) for (a, b), (c, d) in pairs]
                ),
            ),
            mistake(
                "The norms were added, not multiplied.",
                torch.tensor([1.731305, 0.5018706, 1.47236, 1.571238, 1.665991]),
            ),
            mistake(
                "The squared norms were compared.", torch.tensor([0.23067, 0.1349341, 0.08575343, 0.3674975, 0.186306])
            ),
            mistake("‖AB‖ was divided by ‖A‖ alone.", torch.tensor([3.506942, 1.095983, 2.496738, 2.743077, 2.200122])),
            mistake(
                "‖AB‖ was divided by ‖B‖ alone.", torch.tensor([3.419384, 0.9258212, 3.588615, 3.678001, 6.862328])
            ),
        ],
    )


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
    expect(scores[:, 0, 1], "Q, K and V of 0.0 with 1.1").to_equal(
        torch.tensor([0.0, 10**-0.5, 0.0]), atol=1e-6, parts=KINDS
    )


KINDS = ("Q-composition", "K-composition", "V-composition")


def by_full_matrices(weights, writes=0, reads=1):
    """Scores [first, second, Q K V] of the heads of two layers."""
    W_Q, W_K, W_V, W_O = (weights[n] for n in ("W_Q", "W_K", "W_V", "W_O"))
    A = (W_V[writes] @ W_O[writes])[:, None, None]
    B = torch.stack([W_Q[reads] @ W_K[reads].mT, W_K[reads] @ W_Q[reads].mT, W_V[reads] @ W_O[reads]], 1)
    return (A @ B).norm(dim=(-2, -1)) / (A.norm(dim=(-2, -1)) * B.norm(dim=(-2, -1)))


@exercise("03.head_compositions")
def test_all_pairs_of_heads(learner, model):
    weights = model()
    found = learner.composition.head_compositions(weights)
    expect(found, "scores [Q K V, first, second]").to_have_shape(3, 3, 3)
    right = by_full_matrices(weights)
    expect(found.movedim(0, -1), "scores [first, second, Q K V]").to_equal(
        right,
        atol=1e-5,
        parts=KINDS,
        watch_for=[
            mistake("Q and K are in each other's place.", right[..., [1, 0, 2]]),
            mistake("The heads' axes are swapped: the first layer's comes first.", right.transpose(0, 1)),
            mistake(
                "The layers are swapped: the first writes, the second reads.", lambda: by_full_matrices(weights, 1, 0)
            ),
            mistake("Heads were composed with those of their own layer.", lambda: by_full_matrices(weights, 0, 0)),
            mistake("Heads were composed with those of their own layer.", lambda: by_full_matrices(weights, 1, 1)),
            mistake("Q-composition comes in place of K-composition, too.", right[..., [0, 0, 2]]),
            mistake("K-composition comes in place of Q-composition, too.", right[..., [1, 1, 2]]),
            mistake("The scores were squared.", right**2),
        ],
    )


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


@exercise("03.composition_baseline")
def test_heads_of_five_sizes(learner):
    """50 pairs tell the mean to some hundredths of it."""
    sizes = ((60, 12), (40, 8), (24, 24), (20, 6), (90, 9))
    found = [learner.composition.composition_baseline(*size, 50, seed=2) for size in sizes]

    def nearly(sentence, values):
        def fits(actual, expected, mismatch):
            return mismatch.stage == "value" and torch.allclose(mismatch.actual.float(), torch.tensor(values), rtol=0.1)

        return Suspect(sentence, fits)

    expect(found, "baselines of five sizes, of 50 pairs each").to_equal(
        [0.1286, 0.1572, 0.2042, 0.2211, 0.1052],  # by the course's solution, of 2,000 pairs
        rtol=0.12,
        parts=[f"d_model = {d_model}, d_head = {d_head}" for d_model, d_head in sizes],
        watch_for=[
            nearly(
                "Numbers that are all positive were drawn: normal ones have mean 0.",
                [0.9658, 0.9503, 0.983, 0.9362, 0.9553],
            ),
            nearly(
                "A head was composed with its own transpose: draw two heads.",
                [0.344, 0.4232, 0.3596, 0.5202, 0.3676],
            ),
            nearly("Scores were added up: take their mean.", [6.431, 7.861, 10.21, 11.05, 5.262]),
            nearly("Scores were squared before their mean was taken.", [0.01661, 0.02504, 0.04185, 0.05006, 0.01116]),
        ],
    )
