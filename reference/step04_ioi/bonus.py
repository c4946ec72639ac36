"""Bonus: a better guess for all heads, and a program that finds the circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from .ablation import Means, mean_ablate
from .attribution import logit_difference
from .patching import recovery_metric

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
    # region solution: return the recovery for the z of each head, as the gradients along its way guess it
    if steps < 1:
        raise ValueError(f"{steps} steps: at least one is needed")
    with torch.no_grad():
        logits, cache = model.run_with_cache(clean)
        bad_logits, other = model.run_with_cache(corrupted)
    good, bad = logit_difference(logits, answers), logit_difference(bad_logits, answers)
    gained = []
    for layer in range(model.cfg.n_layers):
        name = f"blocks.{layer}.attn.hook_z"
        change, slope = cache[name] - other[name], torch.zeros_like(other[name])
        for k in range(steps):
            z = (other[name] + (k + 0.5) / steps * change).requires_grad_()
            with torch.enable_grad():
                moved = model.run_with_hooks(corrupted, fwd_hooks=[(name, lambda value, hook, z=z: z)])
                slope += torch.autograd.grad(logit_difference(moved, answers), z)[0] / steps
        gained.append((change * slope).sum((0, 1, 3)))
    return recovery_metric(bad + torch.stack(gained), good, bad)
    # endregion


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
