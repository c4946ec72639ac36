"""Which path does a logit come from? Without MLPs and LayerNorm, it is a plain sum."""

from jaxtyping import Float32, Int64
from torch import Tensor

from .transformer import Weights


def logit_attribution(
    weights: Weights, tokens: Int64[Tensor, "batch position"]
) -> Float32[Tensor, "batch position-1 path"]:
    """The logit of each token that really comes next, split by path: its direct path, and one for every head.

    Entry [b, i, c] is what path c adds, at position i, to the logit of token i + 1. Path 0 is the token's embedding,
    straight to W_U; path 1 + layer · heads + head is what that head writes, straight to W_U. The paths sum to the
    logit, exactly (to float precision). Takes int64 [batch, t]; returns float32 [batch, t − 1, 1 + layers · heads].
    Positions have no path: they are never added to the stream. Source: Elhage et al. 2021, "Path expansion trick";
    Olsson et al. 2022, "Direct logit attribution".
    """
    raise NotImplementedError("Return what each path adds to the logit of the token that really comes next")
