"""The algorithm, written down: weights made by hand that add modulo p by turning the hands of a few clocks."""

from jaxtyping import Int64
from torch import Tensor

from .transformer import Weights


def clock_model(p: int, frequencies: Int64[Tensor, "key"]) -> Weights:
    """Weights for `forward` that add modulo p by clocks of these frequencies, for any prime p; nothing is trained.

    The idea: a number a is the hand of a clock that goes round k times, (cos wa, sin wa) with w = 2πk/p; adding b turns
    it on by wb; the logit of c is how well the hand then points at wc, Σ_k cos w_k(a + b − c), largest at c = a + b.
    Everything follows from what `forward` can do: the embedding holds the hands, attention brings those of a and b to
    the last position, ReLU makes the products (see `relu_quadratic_terms`), and W_U compares with every c. Returns the
    nine float32 weights listed at the top of transformer.py; head, d_head, d_model (512 at most) and d_mlp (2,048 at
    most: no room for a table of answers) are yours to choose. `frequencies`, int64 [key], has one to six different
    numbers from 1 … p // 2. Only they are used: for odd p, at least 70 % of the logits' variance is Σ α_k cos w_k(a + b
    − c) over them with every α_k > 0 (`logit_cosine_fit`; yours can reach 99 %). With four or more frequencies, or all
    there are, every answer must be right; with fewer some may be wrong. Source: Nanda et al. 2023, figure 1.
    """
    raise NotImplementedError("Return weights that answer all p² questions, by clocks of the given frequencies")
