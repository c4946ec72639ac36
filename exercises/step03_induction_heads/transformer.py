"""The model: layers of attention and nothing else, from seven weight tensors.

The weights are a dict: `W_E` [vocab, d_model], `W_pos` [length, d_model], `W_Q`, `W_K`, `W_V` [layer, head, d_model,
d_head], `W_O` [layer, head, d_head, d_model], `W_U` [d_model, vocab]. Vectors are rows: what a weight reads from is its
axis before the last, what it writes to its last. No MLP, no LayerNorm, no biases: every logit is a sum of paths.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Float32, Int64
from torch import Tensor

Weights = dict[str, Tensor]


class Activations(NamedTuple):
    """What `attention_only_forward` computes on the way."""

    logits: Float32[Tensor, "batch position vocab"]
    patterns: Float32[Tensor, "layer batch head query key"]
    outputs: Float32[Tensor, "layer batch head position d_model"]  # what each head adds to the residual stream


def initial_weights(
    vocab: int, length: int, seed: int, layers: int = 2, d_model: int = 64, heads: int = 4, d_head: int = 16
) -> Weights:
    """Weights to start from: random, except for the positions, which are waves. Given, nothing to do here.

    Normal with standard deviation 1/√d_model; W_pos as in `sinusoids`. Training may change all of them.
    """
    generator = torch.Generator().manual_seed(seed)
    shapes = {
        "W_E": (vocab, d_model),
        "W_Q": (layers, heads, d_model, d_head),
        "W_K": (layers, heads, d_model, d_head),
        "W_V": (layers, heads, d_model, d_head),
        "W_O": (layers, heads, d_head, d_model),
        "W_U": (d_model, vocab),
    }
    weights = {name: torch.randn(shape, generator=generator) / d_model**0.5 for name, shape in shapes.items()}
    return weights | {"W_pos": sinusoids(length, d_model)}


def sinusoids(length: int, d_model: int) -> Float32[Tensor, "position d_model"]:
    """Positions as sines and cosines of many wavelengths (Vaswani et al. 2017, section 3.5), with norm 1. Given.

    One step to the left is the same rotation everywhere, so "the position before" is a thing that weights can express.
    """
    frequencies = 1000.0 ** -(torch.arange(d_model // 2) / (d_model // 2))
    angles = torch.arange(length)[:, None] * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=1) * (2 / d_model) ** 0.5


def attention_only_forward(
    weights: Weights, tokens: Int64[Tensor, "batch position"], overwrite: Sequence[tuple[int, int, Tensor]] = ()
) -> Activations:
    """Run the model on `tokens`, int64 [batch, t]; returns logits [batch, t, vocab], patterns and heads' outputs.

    The residual stream starts as W_E[token]. In every layer each head reads queries and keys from stream + W_pos[0 …
    t−1] and values from the stream alone: positions steer attention, but are never moved nor predicted from. Scores are
    query · key / √d_head; a position sees itself and earlier ones only (causal mask), and the softmax over these keys
    is the head's pattern, [query, key]. Its output, the so weighted values through W_O, is added to the stream; heads
    of a layer read the same stream. At the end W_U makes the logits. `patterns` is [layer, batch, head, t, t],
    `outputs` [layer, batch, head, t, d_model], all float32; autograd must be able to follow. For every (layer, head,
    output) in `overwrite`, that head adds the given output (broadcast to [batch, t, d_model]) in place of its own, and
    `outputs` says so. Raises ValueError for more tokens in a row than W_pos has rows. Source: Elhage et al. 2021,
    "Transformer overview", positions as in Press et al. 2020 (Shortformer).
    """
    raise NotImplementedError("Return the Activations: logits, and the patterns and outputs of all heads")
