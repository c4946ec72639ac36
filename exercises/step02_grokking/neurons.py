"""Neurons keep to one frequency each, and their ReLU multiplies."""

from typing import NamedTuple

from jaxtyping import Float32, Int64
from torch import Tensor


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
    raise NotImplementedError("Return the NeuronFrequencies: each neuron's best frequency, and how much it explains")


def relu_quadratic_terms(p: int, frequency: int, bias: float = 0.0) -> tuple[float, float]:
    """How well ReLU(cos wa + cos wb + bias), w = 2π·frequency/p, is fitted with and without products of waves.

    Returns two R² over all p² pairs, as floats: (with_products, without_products). Without products, the least-squares
    fit is on the constant and cos wa, sin wa, cos wb, sin wb: all that a linear network could make. With products, also
    on cos wa·cos wb, cos wa·sin wb, sin wa·cos wb, sin wa·sin wb. R² = 1 − (squared residuals) / (squared deviations
    from the mean); the function is never constant here. `frequency` is 1 … (p − 1)/2. These products are what the
    trigonometric identity for cos w(a + b) needs. Source: Nanda et al. 2023, section 4.2 and appendix.
    """
    raise NotImplementedError("Return the R² of the fit with products of waves, and of the fit without")
