"""Bonus: induction in one layer, with keys that are smeared; and the strongest heads of any model."""

import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from .transformer import Activations, Weights


def smear_keys(
    keys: Float32[Tensor, "batch head position d_head"], alpha: Float32[Tensor, "head"]
) -> Float32[Tensor, "batch head position d_head"]:
    """Mix each key with the one before: σ(α) · key + (1 − σ(α)) · previous key, with an α for each head.

    σ(α) = 1 / (1 + exp(−α)), PyTorch's `sigmoid`. The first key has none before it and stays. Takes float32 [batch,
    head, t, d_head] and [head]; returns the shape of `keys`; autograd must be able to follow. Source: Olsson et al.
    2022, argument 2, "smeared key" architecture.
    """
    # region solution: return the keys, each mixed with the one before
    share = alpha.sigmoid()[:, None, None]
    mixed = share * keys[:, :, 1:] + (1 - share) * keys[:, :, :-1]
    return torch.cat([keys[:, :, :1], mixed], dim=2)
    # endregion


def smeared_forward(weights: Weights, tokens: Int64[Tensor, "batch position"]) -> Activations:
    """`attention_only_forward` with `smear_keys`: `weights` has one more tensor, `alpha` [layer, head].

    Keys are smeared before they meet the queries; everything else is as it was, but there is no `overwrite`. Now one
    layer can match "the token before this key" by itself. Source: Olsson et al. 2022, argument 2.
    """
    # region solution: return the Activations of a model whose keys are smeared
    t = tokens.shape[1]
    stream, position = weights["W_E"][tokens], weights["W_pos"][:t]
    future = torch.ones(t, t, dtype=torch.bool).triu(1)
    patterns, outputs = [], []
    for layer in range(len(weights["W_Q"])):
        query = torch.einsum("btd,hde->bhte", stream + position, weights["W_Q"][layer])
        key = torch.einsum("btd,hde->bhte", stream + position, weights["W_K"][layer])
        value = torch.einsum("btd,hde->bhte", stream, weights["W_V"][layer])
        scores = query @ smear_keys(key, weights["alpha"][layer]).transpose(-1, -2) / query.shape[-1] ** 0.5
        patterns.append(scores.masked_fill(future, -torch.inf).softmax(dim=-1))
        outputs.append((patterns[-1] @ value) @ weights["W_O"][layer])
        stream = stream + outputs[-1].sum(dim=1)
    return Activations(stream @ weights["W_U"], torch.stack(patterns), torch.stack(outputs))
    # endregion


def strongest_heads(scores: Float32[Tensor, "layer head"], count: int) -> list[tuple[int, int, float]]:
    """The `count` heads with the highest scores, highest first: (layer, head, score), ints and a float.

    Takes [layer, head], from any model: its patterns on repeated tokens, through your scores. Raises ValueError for
    more heads than there are. Source: TransformerLens, head detector demo (GPT-2 small's best induction head is 5.1).
    """
    # region solution: return layer, head and score of the heads with the highest scores, highest first
    if count > scores.numel():
        raise ValueError(f"There are {scores.numel()} heads, not {count}.")
    best = scores.flatten().topk(count)
    return [(i // scores.shape[1], i % scores.shape[1], v) for v, i in zip(*map(Tensor.tolist, best), strict=True)]
    # endregion
