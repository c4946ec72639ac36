"""Step 05's language model: one layer, attention and MLP, trained on the source of Python's standard library.

The weights are a dict: `W_E` [vocab, d_model], `W_pos` [position, d_model], `W_Q`, `W_K`, `W_V` [head, d_model,
d_head], `W_O` [head, d_head, d_model], `W_in` [d_model, neuron], `b_in` [neuron], `W_out` [neuron, d_model], `b_out`
[d_model], `W_U` [d_model, vocab]. Vectors are rows, as in step 03. There is no LayerNorm: what the MLP adds to the
logits is exactly `neurons @ W_out @ W_U` (and `b_out @ W_U`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Float, Int64
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor
from torch.nn import functional as F

from exercises.kit import shipped
from exercises.kit.shipped import ShippedModelError
from exercises.kit.step05.python_source import FOLDER

Weights = dict[str, Tensor]
NAMES = ("W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O", "W_in", "b_in", "W_out", "b_out", "W_U")


class CodeModelRun(NamedTuple):
    """What `run_code_model` computes."""

    logits: Float[Tensor, "batch position vocab"]
    neurons: Float[Tensor, "batch position neuron"]  # the MLP's activations, after the ReLU and before any edit


def run_code_model(
    weights: Weights,
    tokens: Int64[Tensor, "batch position"],
    edit: Callable[[Tensor], Tensor] | None = None,
) -> CodeModelRun:
    """Run the model on `tokens`, int64 [batch, position].

    With `edit`, the MLP's output is computed from `edit(neurons)`, float32 [batch, position, neuron], in place of its
    activations: the way to look at what happens when something else stands there. Raises ValueError for more tokens in
    a row than there are positions.
    """
    if tokens.shape[1] > len(weights["W_pos"]):
        raise ValueError(
            f"There are {tokens.shape[1]} tokens in a row, but positions for {len(weights['W_pos'])} only."
        )
    stream = weights["W_E"][tokens] + weights["W_pos"][: tokens.shape[1]]
    query, key, value = (torch.einsum("btd,hde->bhte", stream, weights[name]) for name in ("W_Q", "W_K", "W_V"))
    gathered = F.scaled_dot_product_attention(query, key, value, is_causal=True)  # softmax(query · key / √d_head)
    stream = stream + torch.einsum("bhte,hed->btd", gathered, weights["W_O"])
    neurons = (stream @ weights["W_in"] + weights["b_in"]).relu()
    used = neurons if edit is None else edit(neurons)
    stream = stream + used @ weights["W_out"] + weights["b_out"]
    return CodeModelRun(stream @ weights["W_U"], neurons)


def next_token_loss(
    logits: Float[Tensor, "batch position vocab"], tokens: Int64[Tensor, "batch position"]
) -> Float[Tensor, "batch position-1"]:
    """Cross-entropy in nats of every token after the first, given those before it."""
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten(), reduction="none").view(
        tokens.shape[0], -1
    )


def load_code_model(folder: Path = FOLDER) -> Weights:
    """The shipped model's weights, float32. Raises ShippedModelError when a file is missing or damaged."""
    manifest = read_manifest(folder)
    content = shipped.read_weights(folder, manifest)
    try:
        weights = {name: tensor.float() for name, tensor in load(content).items()}
        return {name: weights[name] for name in NAMES}
    except (KeyError, SafetensorError) as problem:
        raise ShippedModelError(f"{folder / manifest['file']} cannot be read as the model: {problem!r}") from None


def read_manifest(folder: Path = FOLDER) -> dict[str, Any]:
    """How the model was made and what came out: settings, seed, versions, losses, the file's hash."""
    return shipped.read_manifest(folder)
