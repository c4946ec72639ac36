"""Which waves the embedding is made of."""

from jaxtyping import Float, Float32, Int64
from torch import Tensor


def embedding_spectrum(W_E: Float32[Tensor, "p_plus_1 d_model"]) -> Float32[Tensor, "p"]:
    """How much of each wave there is in the embedding of the numbers 0 … p − 1.

    Takes the whole embedding, float32 [p + 1, d_model]; its last row belongs to "=", which is no number, and is left
    out. Entry i of the result, float32 [p], is the Euclidean norm over d_model of the embedding's coefficients on row i
    of `fourier_basis(p)`. Source: Nanda et al. 2023, section 4.1 and figure 3.
    """
    raise NotImplementedError("Return how much of each wave there is in the embedding of the numbers")


def key_frequencies(spectrum: Float32[Tensor, "p"], share: float = 0.9) -> Int64[Tensor, "key"]:
    """The fewest frequencies that together hold at least `share` of the spectrum's energy, in ascending order.

    The energy of frequency k is spectrum[2k − 1]² + spectrum[2k]²; the constant, entry 0, counts nowhere. Takes float32
    [p] from `embedding_spectrum`; returns int64 [key]. Raises ValueError unless 0 < share ≤ 1; with share 1 all that
    have any energy. Trained models have a handful; random ones need most of the (p − 1)/2. Source: Nanda et al. 2023,
    section 4.1 (there chosen by eye).
    """
    raise NotImplementedError("Return the fewest frequencies that hold the share of the energy, in ascending order")


def gini(values: Float[Tensor, "n"]) -> float:
    """The Gini coefficient of n values ≥ 0: 0 when all are equal, 1 − 1/n when all but one are zero.

    With the values sorted ascending, v_1 ≤ … ≤ v_n: Σ_i (2i − n − 1) v_i / (n Σ_i v_i). Takes float [n]; returns a
    Python float. Raises ValueError for a negative value, and when all are zero. The paper takes it of the norms of the
    Fourier components, as a measure of sparsity. Source: Hurley and Rickard 2009; Nanda et al. 2023, section 5.1.
    """
    raise NotImplementedError("Return the Gini coefficient of the values: how unequal they are")
