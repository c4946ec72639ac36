"""Reading the algorithm in the logits: cos and sin of w(a + b), turned into cos w(a + b − c)."""

import math

import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from .fourier import fft1d


def trig_directions(p: int, frequency: int) -> Float32[Tensor, "2 pairs"]:
    """The functions cos w(a + b) and sin w(a + b) of all pairs, w = 2π·frequency/p, as two unit vectors.

    Row 0 is the cosine, row 1 the sine; entry a·p + b belongs to the pair (a, b). Each row has norm 1, and the two are
    orthogonal. Returns float32 [2, p²]. `frequency` is 1 … (p − 1)/2; p is odd. Source: Nanda et al. 2023, section 4.2.
    """
    # region solution: return the cosine and the sine of w(a + b), for all pairs, as two unit vectors
    a_plus_b = torch.arange(p)[:, None] + torch.arange(p)  # [p, p]
    angle = 2 * math.pi * frequency / p * (a_plus_b % p).double().flatten()
    directions = torch.stack([angle.cos(), angle.sin()])
    return (directions / directions.norm(dim=1, keepdim=True)).float()
    # endregion


def project_onto_frequency(x: Float32[Tensor, "pairs *rest"], frequency: int) -> Float32[Tensor, "pairs *rest"]:
    """The part of `x` that is made of cos w(a + b) and sin w(a + b), for one frequency; any other axes are kept.

    The orthogonal projection of the first axis of `x`, float32 [p², …], onto the two rows of
    `trig_directions(p, frequency)`; float32, with the shape of `x`. The linear terms (cos wa alone) and cos w(a − b)
    are no part of it. Source: the authors' code, where restricted and excluded loss are made from it.
    """
    # region solution: return the part of x that is made of this frequency's waves of a + b
    directions = trig_directions(math.isqrt(x.shape[0]), frequency)
    coefficients = torch.einsum("iq,q...->i...", directions, x)
    return torch.einsum("iq,i...->q...", directions, coefficients)
    # endregion


def logit_cosine_fit(
    logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"]
) -> tuple[Float32[Tensor, "key"], float]:
    """Fit the logits of all pairs with Σ_k α_k cos w_k(a + b − c); returns (alpha, fraction of variance explained).

    Softmax ignores a number added to all logits of a pair, so first subtract from each row of `logits` its mean over c.
    `alpha`, float32 [key], is the least-squares fit, one number for each of the (different) `frequencies`,
    w_k = 2πk/p, c = 0 … p − 1 the column. The fraction, a float, is 1 − (sum of squared residuals) / (sum of squares of
    the centred logits). Takes float32 [p², p] and int64 [key]. Cosines of different frequencies are orthogonal over
    pairs and answers, each with squared norm p³/2. Source: Nanda et al. 2023, section 4.3 (95 % explained).
    """
    # region solution: return alpha, one number for each frequency, and the fraction of variance explained
    p = logits.shape[1]
    centred = (logits - logits.mean(1, keepdim=True)).double()
    pair, c = torch.arange(p * p), torch.arange(p)
    difference = (pair // p + pair % p)[:, None] - c  # [p², p]
    # All pairs and answers with the same a + b − c share one cosine, so add their logits up first.
    sums = torch.zeros(p, dtype=torch.float64).index_add(0, (difference % p).flatten(), centred.flatten())
    waves = (2 * math.pi / p * frequencies[:, None] * c).double().cos()  # [key, p]
    alpha = waves @ sums / (p**3 / 2)
    explained = alpha.square().sum() * p**3 / 2
    return alpha.float(), (explained / centred.square().sum()).item()
    # endregion


def unembed_neuron_map(
    W_out: Float32[Tensor, "neuron d_model"], W_U: Float32[Tensor, "d_model p"]
) -> Float32[Tensor, "p neuron"]:
    """What each neuron adds to the logits, as waves in the answer c: the matrix W_L = W_out W_U in the Fourier basis.

    Row i, column n of the result, float32 [p, neuron], is the coefficient of neuron n's effect on the p logits on row i
    of `fourier_basis(p)`. A neuron of frequency k writes cos and sin of k, rows 2k − 1 and 2k, and hardly anything
    else. Takes float32 [neuron, d_model] and [d_model, p]. Source: Nanda et al. 2023, section 4.2 and figures 3 and 5.
    """
    # region solution: return what each neuron adds to the logits, as waves in the answer
    return fft1d((W_out @ W_U).T)
    # endregion
