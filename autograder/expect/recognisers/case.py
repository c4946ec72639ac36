"""What a recogniser looks at: actual and expected values of one shape that differ, as float64."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import torch
from torch import Tensor

from autograder.expect.tolerance import scale_of

# However loosely a test compares (a trained model within 10 %), a mistake is only recognised when it explains the
# values this well: otherwise half the table would fit.
_LOOSEST = 1e-3
_GLANCE = 100  # elements that show whether a candidate is worth comparing
_BITS = 16.0  # of information in the values before a rearrangement of few different ones is believed


@dataclass(frozen=True)
class Case:
    """Two tensors of the same shape that do not match, and how closely a candidate has to match the expected one."""

    actual: Tensor
    expected: Tensor
    atol: float
    rtol: float
    dtype: torch.dtype  # of the expected values, before they became float64
    shape: tuple[int, ...]  # of the whole; the tensors may be a sample of it

    @classmethod
    def of(cls, actual: Tensor, expected: Tensor, atol: float, rtol: float, most: int | None = None) -> Case:
        """`most`: take no more than so many elements, in a row, from equally spaced places.

        Values that are infinite or NaN in the same places on both sides count as zeros: they tell nothing apart.
        """
        shape = tuple(expected.shape)
        if most and expected.numel() > most:
            step = -(-expected.numel() // most)
            actual, expected = actual.reshape(-1)[::step], expected.reshape(-1)[::step]
        a, e = actual.double(), expected.double()
        blank = ~e.isfinite() & ((a == e) | (a.isnan() & e.isnan()))
        if blank.any():
            a, e = a.masked_fill(blank, 0.0), e.masked_fill(blank, 0.0)
        loosest = _LOOSEST if expected.is_floating_point() else 0.0
        atol, rtol = min(atol, loosest * scale_of(e)), min(rtol, loosest)
        return cls(a, e, atol, rtol, expected.dtype, shape)

    def matches(self, candidate: Tensor) -> bool:
        """Does the candidate, usually the actual values with the mistake undone, give the expected ones?"""
        if candidate.shape != self.expected.shape:
            return False
        if candidate.numel() > 50 * _GLANCE:  # most candidates are far off, which a few elements show
            step = candidate.numel() // _GLANCE
            if not self._close(candidate.reshape(-1)[::step], self.expected.reshape(-1)[::step]):
                return False
        return self._close(candidate, self.expected)

    def matches_sorted(self) -> bool:
        """Are they the same values up to sign, in any order?"""
        a, e = (x.flatten().abs().sort().values for x in (self.actual, self.expected))
        return self._close(a, e)

    @cached_property
    def distinct(self) -> int:
        """How many expected values can be told apart. With one, everything constant looks alike."""
        return self._count(self.expected.flatten())

    @cached_property
    def magnitudes(self) -> int:
        """How many sizes of nonzero expected values can be told apart. With one, some constant factor always fits."""
        sizes = self.expected.flatten().abs()
        return self._count(sizes[sizes > 2 * self.atol])

    @cached_property
    def telling(self) -> bool:
        """Can a match be more than chance? Not with one size that is a simple fraction (2 and 4: double? square?)."""
        if self.magnitudes > 1:
            return True
        sizes = self.expected[self.expected.abs() > 2 * self.atol].abs()
        return sizes.numel() > 0 and not _is_simple(sizes.flatten()[0].item())

    @cached_property
    def simple(self) -> bool:
        """Are all expected values simple fractions, as in labels, one-hot rows and examples made by hand?"""
        scaled = self.expected.flatten()[:1000].outer(self.expected.new_tensor([60.0, 64.0, 100.0]))
        return bool(((scaled - scaled.round()).abs() < 1e-4).all(0).any())

    @cached_property
    def varied(self) -> bool:
        """Are there enough different values that a rearrangement of them cannot match by chance?"""
        values = self.expected.flatten()
        if 2 <= self.distinct == values.numel() and not self.simple:
            return True
        shares = values.unique(return_counts=True)[1] / values.numel()  # type: ignore[no-untyped-call]
        return float(-(shares * shares.log2()).sum()) * values.numel() >= _BITS

    @property
    def axes(self) -> Iterator[int]:
        """Axes of more than one element, the last first: it is the one that most things run along."""
        return (axis for axis in reversed(range(self.expected.ndim)) if self.expected.shape[axis] > 1)

    def _close(self, a: Tensor, e: Tensor) -> bool:
        return torch.allclose(a, e, rtol=self.rtol, atol=self.atol, equal_nan=True)

    def _count(self, values: Tensor) -> int:
        if values.numel() == 0:
            return 0
        ordered = values.sort().values
        gap = 4 * (self.atol + self.rtol * ordered[1:].abs())
        return 1 + int((ordered.diff() > gap).sum())


def _is_simple(value: float) -> bool:
    fraction = Fraction(value).limit_denominator(100)
    return abs(value - float(fraction)) <= 1e-6 * max(1.0, abs(value))


def either(sentences: Sequence[str]) -> str | None:
    """One sentence out of several that fit equally well: two are both said, with more none is worth saying."""
    several = list(dict.fromkeys(sentences))
    return " Or: ".join(several) if 1 <= len(several) <= 2 else None
