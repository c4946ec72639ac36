"""What a head would do, read from its weights alone: no token is run here.

A matrix over the vocabulary is kept as two factors, (left [rows, d_head], right [d_head, columns]): their product may
be too large to write down, and is never needed whole.
"""

from jaxtyping import Float32
from torch import Tensor

from .transformer import Weights

Factors = tuple[Float32[Tensor, "_rows _d_head"], Float32[Tensor, "_d_head _columns"]]  # _: each pair has its own


def ov_circuit(weights: Weights, layer: int, head: int) -> Factors:
    """The full OV circuit W_E W_V W_O W_U as two factors: row = token attended to, column = logit it raises or lowers.

    Returns (left [vocab, d_head], right [d_head, vocab]), float32, whose product is the circuit; the product itself,
    [vocab, vocab], is not formed. Source: Elhage et al. 2021, "Splitting attention head terms into circuits".
    """
    raise NotImplementedError("Return the full OV circuit of the head, as two factors")


def copying_accuracy(left: Float32[Tensor, "token d_head"], right: Float32[Tensor, "d_head token"]) -> float:
    """The share of tokens that a circuit copies: in row i of left · right, column i is the largest.

    Takes the factors [vocab, d_head] and [d_head, vocab]; returns a float from 0 to 1. Works for 50,000 tokens: a few
    rows of the product at a time, never [vocab, vocab]. Source: Olsson et al. 2022, "Copying"; as a top-1 share: Nanda.
    """
    raise NotImplementedError("Return the share of tokens that the circuit copies")


def copying_score(left: Float32[Tensor, "token d_head"], right: Float32[Tensor, "d_head token"]) -> float:
    """Σ λ / Σ |λ| over the eigenvalues of left · right: 1 for a head that only copies, −1 for one that only suppresses.

    Takes the factors [vocab, d_head] and [d_head, vocab]. Eigenvalues are complex, |λ| is their modulus; they come in
    conjugate pairs, so that the sum is real. The product has rank d_head at most: all its eigenvalues but zeros are
    those of a [d_head, d_head] matrix, and no larger one may be formed. Returns a float; compute in float64. Source:
    Elhage et al. 2021, "Detecting copying behavior".
    """
    raise NotImplementedError("Return how much the circuit copies, from −1 to 1")


def positional_pattern(weights: Weights, layer: int, head: int, length: int) -> Float32[Tensor, "query key"]:
    """The pattern a head would have if it saw positions only: from W_pos W_Q W_Kᵀ W_posᵀ.

    For the first `length` positions. Scaled by 1/√d_head, with the causal mask and a softmax over keys, as in
    `attention_only_forward`. Returns float32 [length, length], query first. Source: Elhage et al. 2021; Nanda 2022, for
    a previous-token head.
    """
    raise NotImplementedError("Return the pattern that the head would have if it saw positions only")
