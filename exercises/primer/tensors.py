"""Tensors: numbers in rows and columns, and einsum, which says in letters what is multiplied and what is summed."""

from jaxtyping import Float, Float32, Int64
from torch import Tensor


def one_hot_rows(tokens: Int64[Tensor, "position"], vocab: int) -> Float32[Tensor, "position vocab"]:
    """A row for each token: 1 in the token's own column, 0 in all others.

    Takes int64 [position] and the number of different tokens; returns float32 [position, vocab]. Tokens are counted
    from 0. Raises ValueError when one is negative, or not below `vocab`. Such a row times a matrix picks out a row of
    the matrix, which is all that an embedding does.
    """
    raise NotImplementedError("Return a row for each token, with a 1 in its column and 0 elsewhere")


def project_heads(
    x: Float[Tensor, "position d_model"], W: Float[Tensor, "head d_model d_head"]
) -> Float[Tensor, "head position d_head"]:
    """Every row of `x` times the matrix of every head: result[h, p, e] = Σ_d x[p, d] · W[h, d, e].

    Takes float [position, d_model] and [head, d_model, d_head]; returns float [head, position, d_head]. This is how the
    heads of a transformer each get their own queries, keys and values of the same rows. `torch.einsum` does it in a
    line.
    """
    raise NotImplementedError("Return x times each head's matrix, the heads along the first axis")
