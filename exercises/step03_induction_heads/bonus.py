"""Bonus: induction in one layer, with keys that are smeared; and the strongest heads of any model."""

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
    raise NotImplementedError("Return the keys, each mixed with the one before")


def smeared_forward(weights: Weights, tokens: Int64[Tensor, "batch position"]) -> Activations:
    """`attention_only_forward` with `smear_keys`: `weights` has one more tensor, `alpha` [layer, head].

    Keys are smeared before they meet the queries; everything else is as it was, but there is no `overwrite`. Now one
    layer can match "the token before this key" by itself. Source: Olsson et al. 2022, argument 2.
    """
    raise NotImplementedError("Return the Activations of a model whose keys are smeared")


def strongest_heads(scores: Float32[Tensor, "layer head"], count: int) -> list[tuple[int, int, float]]:
    """The `count` heads with the highest scores, highest first: (layer, head, score), ints and a float.

    Takes [layer, head], from any model: its patterns on repeated tokens, through your scores. Raises ValueError for
    more heads than there are. Source: TransformerLens, head detector demo (GPT-2 small's best induction head is 5.1).
    """
    raise NotImplementedError("Return layer, head and score of the heads with the highest scores, highest first")
