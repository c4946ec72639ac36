"""Neurons keep to one frequency each, and their ReLU multiplies."""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from .fourier import fft2d


class NeuronFrequencies(NamedTuple):
    """For each neuron, the frequency that explains most of it, and how much of its variance that is."""

    frequency: Int64[Tensor, "neuron"]
    fraction: Float32[Tensor, "neuron"]


def neuron_frequencies(neurons: Float32[Tensor, "pairs neuron"]) -> NeuronFrequencies:
    """Each neuron's best frequency, and the fraction of its variance over all pairs that this frequency explains.

    To frequency k belong the eight products of two waves in which cos and sin of k meet the constant or each other: in
    `fft2d`, rows and columns {0, 2k − 1, 2k} without [0, 0]. The fraction is their energy (sum of squared coefficients)
    over that of all coefficients but [0, 0]. Takes float32 [p², neuron] (after ReLU, from `forward` on all pairs);
    returns int64 and float32 [neuron]. A neuron with one value on all pairs, rounding aside, gets frequency 0 and
    fraction 0. Source: Nanda et al. 2023, section 4.2 (85 % of neurons have a fraction above 0.85); the authors' code.
    """
    # region solution: return the NeuronFrequencies: each neuron's best frequency, and how much it explains
    centred = neurons - neurons.mean(0)
    energy = fft2d(centred).square()  # [p, p, neuron]
    blocks = []
    for k in range(1, energy.shape[0] // 2 + 1):
        rows = torch.tensor([0, 2 * k - 1, 2 * k])
        blocks.append(energy[rows][:, rows].sum((0, 1)) - energy[0, 0])
    by_frequency, total = torch.stack(blocks), energy.sum((0, 1)) - energy[0, 0]
    silent = centred.abs().amax(0) <= 1e-6 * neurons.abs().amax(0)
    best = by_frequency.max(0)
    return NeuronFrequencies(
        torch.where(silent, 0, best.indices + 1), torch.where(silent, 0.0, best.values / total.where(~silent, 1.0))
    )
    # endregion


def relu_quadratic_terms(p: int, frequency: int, bias: float = 0.0) -> tuple[float, float]:
    """How well ReLU(cos wa + cos wb + bias), w = 2π·frequency/p, is fitted with and without products of waves.

    Returns two R² over all p² pairs, as floats: (with_products, without_products). Without products, the least-squares
    fit is on the constant and cos wa, sin wa, cos wb, sin wb: all that a linear network could make. With products, also
    on cos wa·cos wb, cos wa·sin wb, sin wa·cos wb, sin wa·sin wb. R² = 1 − (squared residuals) / (squared deviations
    from the mean); the function is never constant here. `frequency` is 1 … (p − 1)/2. These products are what the
    trigonometric identity for cos w(a + b) needs. Source: Nanda et al. 2023, section 4.2 and appendix.
    """
    # region solution: return the R² of the fit with products of waves, and of the fit without
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    w = 2 * math.pi * frequency / p
    y = ((w * a).cos() + (w * b).cos() + bias).relu()
    energy = fft2d(y)[[0, 2 * frequency - 1, 2 * frequency]][:, [0, 2 * frequency - 1, 2 * frequency]].square()
    total = (y - y.mean()).square().sum()
    with_products = (energy.sum() - energy[0, 0]) / total
    without_products = (energy[0, 1:].sum() + energy[1:, 0].sum()) / total
    return with_products.item(), without_products.item()
    # endregion
