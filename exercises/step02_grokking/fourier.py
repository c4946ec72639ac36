"""Waves as a basis: the same numbers, written as sums of cosines and sines around the circle of p numbers."""

from jaxtyping import Float32
from torch import Tensor


def fourier_basis(p: int) -> Float32[Tensor, "p p"]:
    """An orthonormal basis of p waves on the numbers 0 … p − 1, one in each row.

    Row 0 is constant; for frequencies k = 1 … (p − 1)/2, row 2k − 1 is the cosine and row 2k the sine of 2πk·x/p at
    x = 0 … p − 1; each row is scaled to norm 1. Returns float32 [p, p]; angles may be float32 too. Raises ValueError
    when p is even or less than 3. Source: Nanda et al. 2023, section 2 and the authors' code.
    """
    raise NotImplementedError("Return the p waves, one in each row, orthonormal")


def fft1d(x: Float32[Tensor, "p *rest"]) -> Float32[Tensor, "p *rest"]:
    """The coefficients of `x` along its first axis in the basis of `fourier_basis`; any other axes are kept.

    Entry i of the result's first axis is the dot product of basis row i with `x` along the first axis. Takes and
    returns float32 [p, …]. Raises ValueError when p is even or less than 3. Source: the authors' code.
    """
    raise NotImplementedError("Return the coefficients of x on every wave, along its first axis")


def fft2d(x: Float32[Tensor, "pairs *rest"]) -> Float32[Tensor, "p p *rest"]:
    """The coefficients of a function of pairs (a, b) in products of two waves; any other axes are kept.

    Row a·p + b of `x`, float32 [p², …], is the value at (a, b). Entry [i, j] of the result, float32 [p, p, …], is the
    dot product of x with (basis row i at a) · (basis row j at b). So [0, j] depends on b alone, and [i, 0] on a alone.
    Raises ValueError when the first axis is not the square of an odd p ≥ 3. Source: the authors' code.
    """
    raise NotImplementedError("Return the coefficients of x on every product of a wave in a and a wave in b")
