"""Activation patching: put one activation of the clean run into the corrupted run, and see how much comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from jaxtyping import Float, Int64
from torch import Tensor

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


def recovery_metric(
    patched: Float[Tensor, "*patch"], clean: float | Float[Tensor, ""], corrupted: float | Float[Tensor, ""]
) -> Float[Tensor, "*patch"]:
    """How much of a metric a patch brings back: 0 is the corrupted run's value, 1 the clean run's.

    Linear, and not cut off: patches can overshoot. `patched` has any shape, which is the result's; the other two are
    numbers. Raises ValueError when `clean` equals `corrupted`: there is nothing to recover. Source: Zhang &
    Nanda 2023 and Heimersheim & Nanda 2024, section 4 (normalised logit difference).
    """
    raise NotImplementedError("Return how much of the metric the patch brings back")


@torch.no_grad()
def run_from(
    model: TransformerBridge,
    residual: Float[Tensor, "batch position d_model"],
    layer: int,
    answers: Int64[Tensor, "batch 2"],
) -> Float[Tensor, " batch"]:
    """The rest of a run: logit(IO) − logit(S) at the last position, given the stream that enters block `layer`.

    `residual` is what `blocks.{layer}.hook_resid_pre` would hold; with layer = number of layers it is the final stream.
    `model.blocks[layer](stream)` runs one block, causal mask and hooks and all, and gives a tuple with the next stream
    first. Returns [batch], without gradients. Blocks before `layer` must not be run, and the last LayerNorm
    (`model.ln_final`) and the unembedding only on what is asked: the last position, and two of the vocabulary's columns
    (W_U and b_U). Source: this project.
    """
    raise NotImplementedError("Return each prompt's logit difference, from the stream that enters the layer")


@torch.no_grad()
def patch_residual_stream(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
) -> Float[Tensor, "layer position"]:
    """Recovery when the stream that enters a layer, at one position, comes from the clean run.

    Entry [l, p]: the corrupted run, in which `blocks.{l}.hook_resid_pre` at position p of every prompt is replaced by
    the clean run's; the `recovery_metric` of the mean `logit_difference`. Returns [layer, position], without gradients.
    Source: Meng et al. 2022, section 2; TransformerLens' Exploratory Analysis demo.
    """
    raise NotImplementedError("Return the recovery for the stream that enters each layer, at each position")


@torch.no_grad()
def patch_attention_out(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
) -> Float[Tensor, "layer position"]:
    """Recovery when what an attention layer adds, at one position, comes from the clean run.

    As `patch_residual_stream`, with `blocks.{l}.hook_attn_out`: the layer's own MLP and later layers see the change.
    Returns [layer, position], without gradients. Source: TransformerLens' Exploratory Analysis demo.
    """
    raise NotImplementedError("Return the recovery for what each attention layer adds, at each position")


@torch.no_grad()
def patch_mlp_out(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
) -> Float[Tensor, "layer position"]:
    """Recovery when what an MLP adds, at one position, comes from the clean run.

    As `patch_residual_stream`, with `blocks.{l}.hook_mlp_out`: only later layers see the change. Returns
    [layer, position], without gradients. Source: TransformerLens' Exploratory Analysis demo.
    """
    raise NotImplementedError("Return the recovery for what each MLP adds, at each position")


@torch.no_grad()
def patch_heads(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    at: Int64[Tensor, " prompt"] | None = None,
) -> Float[Tensor, "layer head"]:
    """Recovery when one head's z comes from the clean run.

    Entry [l, h]: the corrupted run, in which head h of `blocks.{l}.attn.hook_z` is replaced by the clean run's, at all
    positions, or only at position at[i] of prompt i; the `recovery_metric` of the mean `logit_difference`. Returns
    [layer, head], without gradients. Nothing before the patched layer changes: it need not be run again, and the heads
    of a layer can be one batch. Source: Wang et al. 2022; TransformerLens' Exploratory Analysis demo.
    """
    raise NotImplementedError("Return the recovery for the z of each head")


@torch.no_grad()
def patch_head_inputs(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    which: str,
) -> Float[Tensor, "layer head"]:
    """Recovery when one input of one head, at all positions, comes from the clean run.

    `which` is "q", "k" or "v" (the head's queries, keys or values), "pattern" (where it looks, whatever made it look
    there) or "z" (its result: `patch_heads`), each from `blocks.{l}.attn.hook_{which}`. Note where the head axis is:
    [prompt, position, head, d_head], but patterns are [prompt, head, query, key]. Returns [layer, head], without
    gradients. Raises ValueError for any other `which`. Source: TransformerLens' Exploratory Analysis demo.
    """
    raise NotImplementedError("Return the recovery for the named input of each head")
