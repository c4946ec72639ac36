"""Bonus: let a program find the circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jaxtyping import Bool, Int64
from torch import Tensor

from .ablation import Means

if TYPE_CHECKING:
    from transformer_lens.model_bridge import TransformerBridge


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
    layer, then head). Returns [layer, head]. Source: this course; Conmy et al. 2023 (ACDC) do it for edges.
    """

    raise NotImplementedError("Return the heads that are left when none can be spared any more")
