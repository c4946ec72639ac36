"""The model: one transformer layer without LayerNorm and without biases, from nine weight tensors.

The weights are a dict: `W_E` [p + 1, d_model] (one row a token, the last one for "="), `W_pos` [3, d_model], `W_Q`,
`W_K`, `W_V` [head, d_model, d_head], `W_O` [head, d_head, d_model], `W_in` [d_model, d_mlp], `W_out` [d_mlp, d_model],
`W_U` [d_model, p]. Vectors are rows: what a weight reads from is its axis before the last, what it writes to its last.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Float32, Float64, Int64
from torch import Tensor

Weights = dict[str, Tensor]


class Activations(NamedTuple):
    """What `forward` computes on the way, all of it at the last position, the one of "="."""

    logits: Float32[Tensor, "batch p"]
    neurons: Float32[Tensor, "batch d_mlp"]  # after ReLU
    pattern: Float32[Tensor, "batch head 3"]  # how much "=" attends to a, b and itself


def initial_weights(p: int, seed: int, d_model: int = 128, heads: int = 4, d_mlp: int = 512) -> Weights:
    """Random weights to start from: normal with standard deviation 0.8 / √d_model. Given, nothing to do here."""
    generator = torch.Generator().manual_seed(seed)
    d_head = d_model // heads
    shapes = {
        "W_E": (p + 1, d_model),
        "W_pos": (3, d_model),
        "W_Q": (heads, d_model, d_head),
        "W_K": (heads, d_model, d_head),
        "W_V": (heads, d_model, d_head),
        "W_O": (heads, d_head, d_model),
        "W_in": (d_model, d_mlp),
        "W_out": (d_mlp, d_model),
        "W_U": (d_model, p),
    }
    return {name: torch.randn(shape, generator=generator) * 0.8 / d_model**0.5 for name, shape in shapes.items()}


def forward(weights: Weights, tokens: Int64[Tensor, "batch 3"]) -> Activations:
    """Run the model on `tokens`, int64 [batch, 3], and return its logits, neurons and attention at the last position.

    The residual stream starts as W_E[token] + W_pos[position]. Every head compares the last position's query with the
    keys of all three positions (dot products divided by √d_head, softmax over positions: `pattern`, [batch, head, 3]),
    and adds the so weighted values, sent through its W_O, to the last position. Then the MLP reads the result through
    W_in, applies ReLU (`neurons`, [batch, d_mlp]) and adds what W_out makes of them; W_U makes `logits` of the sum,
    [batch, p]. No LayerNorm, no biases, and no mask: the last position sees everything before it anyway. Autograd must
    be able to follow. Raises ValueError unless each row has three tokens. Source: Nanda et al. 2023, section 3 and
    appendix A.
    """
    # region solution: return the Activations at the last position: logits, neurons and pattern
    if tokens.ndim != 2 or tokens.shape[1] != 3:
        raise ValueError(f"tokens must be [batch, 3], not {list(tokens.shape)}.")
    x = weights["W_E"][tokens] + weights["W_pos"]  # [batch, 3, d_model]
    last = x[:, -1]
    query = torch.einsum("bd,hde->bhe", last, weights["W_Q"])
    key = torch.einsum("btd,hde->bhte", x, weights["W_K"])
    value = torch.einsum("btd,hde->bhte", x, weights["W_V"])
    scores = torch.einsum("bhe,bhte->bht", query, key) / query.shape[-1] ** 0.5
    pattern = scores.softmax(dim=-1)
    mixed = torch.einsum("bht,bhte->bhe", pattern, value)
    residual = last + torch.einsum("bhe,hed->bd", mixed, weights["W_O"])
    neurons = (residual @ weights["W_in"]).relu()
    logits = (residual + neurons @ weights["W_out"]) @ weights["W_U"]
    return Activations(logits, neurons, pattern)
    # endregion


def cross_entropy_high_precision(
    logits: Float[Tensor, "batch p"], labels: Int64[Tensor, "batch"]
) -> Float64[Tensor, ""]:
    """The mean over the batch of −log softmax(logits)[label], in nats, computed in float64.

    Takes float [batch, p] and int64 [batch]; returns a float64 tensor with no axes that autograd can follow. In float32
    a log-probability near 0 comes only in steps of 1.2e-7: a model surer than that gets loss 0 and no gradient, or a
    spike. So convert before the softmax, not after. Source: Nanda et al. 2023, appendix A.1, and the authors' code.
    """
    # region solution: return the mean of −log p(label) over the batch, with float64's precision
    log_probabilities = logits.double().log_softmax(dim=-1)
    return -log_probabilities.gather(1, labels[:, None]).mean()
    # endregion
