"""How the second layer's heads use the first's: by way of their queries, their keys, or their values."""

from jaxtyping import Float32, Int64
from torch import Tensor

from .circuits import Factors
from .transformer import Weights


def decompose_query(
    weights: Weights, tokens: Int64[Tensor, "position"], head: int
) -> Float32[Tensor, "component position d_head"]:
    """What a second-layer head's queries are made of: the tokens, the positions, and each earlier head.

    Takes one sequence, int64 [t]. Row 0 is W_E[token] W_Q, row 1 W_pos W_Q, row 2 + i what head i of the first layer
    adds to the stream, through W_Q of head `head` of the second. They sum to its queries. Returns float32 [2 + heads,
    t, d_head]. Source: Elhage et al. 2021, "Analyzing a two-layer model".
    """
    raise NotImplementedError("Return the head's queries, split by what they are made of")


def decompose_key(
    weights: Weights, tokens: Int64[Tensor, "position"], head: int
) -> Float32[Tensor, "component position d_head"]:
    """The same for its keys, through W_K. Components in the same order. Returns float32 [2 + heads, t, d_head]."""
    raise NotImplementedError("Return the head's keys, split by what they are made of")


def decompose_scores(
    query: Float32[Tensor, "query_component position d_head"], key: Float32[Tensor, "key_component position d_head"]
) -> Float32[Tensor, "query_component key_component query key"]:
    """Attention scores, split by where the query and where the key came from.

    Entry [a, b, q, k] is the dot product of component a of the query at q with component b of the key at k, divided by
    √d_head. Summed over a and b these are the head's scores before mask and softmax. Takes float32 [A, t, d_head] and
    [B, t, d_head]; returns [A, B, t, t]. Source: Elhage et al. 2021, "Attention scores as a tensor product".
    """
    raise NotImplementedError("Return the head's scores, split by the components of query and key")


def k_composition_circuit(weights: Weights, previous: int, induction: int) -> Factors:
    """The induction circuit's matching: W_E W_Q W_Kᵀ (W_V W_O)ᵀ W_Eᵀ, as two factors over the vocabulary.

    W_Q, W_K belong to head `induction` of the second layer, W_V, W_O to head `previous` of the first. Row = the token
    that looks, column = the token *before* the key, which head `previous` wrote there. If a token looks for places that
    follow itself, the diagonal is the largest: `copying_accuracy` tells. Returns (left [vocab, d_head], right [d_head,
    vocab]), float32, with the second layer's d_head. Source: Elhage et al. 2021, "K-composition".
    """
    raise NotImplementedError("Return the induction circuit's matching over the vocabulary, as two factors")


def composition_score(first: Factors, second: Factors) -> float:
    """How much of what `first` writes `second` reads: ‖AB‖ / (‖A‖ ‖B‖), Frobenius norms, as a float.

    0 if nothing of it, at most 1; 1/√r where both use the same r directions evenly.

    A = first[0] · first[1] and B = second[0] · second[1] are given as factors ([n, r], [r, m]) and ([m, s], [s, p]).
    Row vectors: A acts first. Works where n, m and p are 50,000: nothing larger than a factor is formed. Compute in
    float64. Source: Elhage et al. 2021, "Composition".
    """
    raise NotImplementedError("Return how much of what first writes second reads, from 0 to 1")


def head_compositions(weights: Weights) -> Float32[Tensor, "kind first second"]:
    """The composition score of every head of the first layer with every head of the second, by query, key and value.

    Entry [0, i, j] is Q-composition, [1, i, j] K-composition, [2, i, j] V-composition of first-layer head i and
    second-layer head j. A is W_V W_O of head i; B is what head j does to it: W_Q W_Kᵀ (by query), W_K W_Qᵀ (by key),
    W_V W_O (by value). Returns float32 [3, heads, heads]. Source: Elhage et al. 2021, "Composition".
    """
    raise NotImplementedError("Return the composition scores of all pairs of heads, by query, key and value")


def composition_baseline(d_model: int, d_head: int, samples: int, seed: int) -> float:
    """The composition score that heads have by chance: the mean over `samples` pairs of random heads.

    All four factors are standard normal: [d_model, d_head] and [d_head, d_model], twice. Returns a float. The same seed
    gives the same; the global generator is left alone. Source: Elhage et al. 2021, "Composition", where it is
    subtracted.
    """
    raise NotImplementedError("Return the composition score that random heads have on average")
