"""Bonus: let a program find the circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from jaxtyping import Bool, Int64
from torch import Tensor

from .ablation import Means, mean_ablate
from .attribution import logit_difference

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

    # region solution: return the heads that are left when none can be spared any more
    whole = logit_difference(model(tokens), answers).item()

    def distance(keep: Tensor) -> float:
        return abs(logit_difference(mean_ablate(model, tokens, frames, means, keep), answers).item() - whole)

    circuit = torch.ones(model.cfg.n_layers, model.cfg.n_heads, dtype=torch.bool)
    while circuit.any():
        candidates = []
        for layer, head in circuit.nonzero().tolist():
            smaller = circuit.clone()
            smaller[layer, head] = False
            candidates.append((distance(smaller), smaller))
        nearest, smaller = min(candidates, key=lambda candidate: candidate[0])
        if nearest > tolerance * abs(whole):
            break
        circuit = smaller
    return circuit
    # endregion
