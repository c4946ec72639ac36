"""Which path does a logit come from? Without MLPs and LayerNorm, it is a plain sum."""

import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from .transformer import Weights, attention_only_forward


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
    # region solution: return what each path adds to the logit of the token that really comes next
    outputs = attention_only_forward(weights, tokens).outputs  # [layer, batch, head, position, d_model]
    heads = outputs.permute(1, 3, 0, 2, 4).flatten(2, 3)
    paths = torch.cat([weights["W_E"][tokens][:, :, None], heads], dim=2)  # [batch, position, path, d_model]
    directions = weights["W_U"].T[tokens[:, 1:]]
    return torch.einsum("bicd,bid->bic", paths[:, :-1], directions)
    # endregion
