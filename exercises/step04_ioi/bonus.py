"""Bonus: a better guess for all heads, and a program that finds the circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jaxtyping import Bool, Float, Int64
from torch import Tensor

from .ablation import Means

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


def integrated_gradients(
    model: TransformerBridge,
    clean: Int64[Tensor, "prompt position"],
    corrupted: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    steps: int = 8,
) -> Float[Tensor, "layer head"]:
    """`attribution_patching` with the slope along the whole way, not only where it begins.

    One layer at a time: in the corrupted run the z of all heads of the layer is moved towards the clean run's, z =
    corrupted z + α (clean z − corrupted z), for `steps` values of α in the middle of as many equal parts of the way, α
    = (k + ½) / steps. Everything after it is computed anew. The mean over α of the gradient of the mean
    `logit_difference` with respect to z, times (clean z − corrupted z), summed over prompts, positions and d_head, is
    the guess. In units of recovery. What the heads of a layer get adds up to the recovery when the whole layer is
    patched, but for the size of the steps. Returns [layer, head], without gradients. Raises ValueError for fewer than
    one step. Source: Sundararajan et al. 2017, Axiomatic attribution (integrated gradients, "completeness"); Hanna et
    al. 2024 move the embeddings instead, which needs a single way for all layers.
    """
    raise NotImplementedError("Return the recovery for the z of each head, as the gradients along its way guess it")


def greedy_circuit(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    frames: Int64[Tensor, "prompt"],
    means: Means,
    tolerance: float = 0.2,
) -> Bool[Tensor, "layer head"]:
    """A small circuit: heads are taken away one after another, always the one that is missed least.

    Begin with all heads. Of all heads that are left, find the one without which F(C), the mean logit difference with
    all heads outside C mean-ablated, is nearest to that of the whole model, F(M); take it away as long as
    |F(M) − F(C)| ≤ tolerance · |F(M)| holds without it, and stop when it does not. Of equals the first goes (lowest
    layer, then head). Returns [layer, head]. Source: this course, after Conmy et al. 2023 (ACDC:
    edges, in a fixed order, by a threshold).
    """

    raise NotImplementedError("Return the heads that are left when none can be spared any more")
