"""What a recogniser looks at: actual and expected values of one shape that differ, as float64."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from autograder.expect.inputs import Inputs, named_sizes
from autograder.expect.tolerance import scale_of

# However loosely a test compares (a trained model within 10 %), a mistake is only recognised when it explains the
# values this well: otherwise half the table would fit.
_LOOSEST = 1e-3
_GLANCE = 100  # elements that show whether a candidate is worth comparing
_BITS = 16.0  # of information in the values before a rearrangement of few different ones is believed
_COUNTED = 5_000  # elements that are looked at to count what can be told apart
BEYOND = 3  # facts that are asked for beyond the constants that are fitted
_DIGITS = 2e-6  # how well a single number must fit, where there are no other facts


@dataclass(frozen=True)
class Case:
    """Two tensors of the same shape that do not match, and how closely a candidate has to match the expected one."""

    actual: Tensor
    expected: Tensor
    atol: float
    rtol: float
    dtype: torch.dtype  # of the expected values, before they became float64
    shape: tuple[int, ...]  # of the whole; the tensors may be a sample of it
    inputs: Inputs = ()  # what the function was given

    @classmethod
    def of(
        cls, actual: Tensor, expected: Tensor, atol: float, rtol: float, most: int | None = None, inputs: Inputs = ()
    ) -> Case:
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
        return cls(a, e, atol, rtol, expected.dtype, shape, inputs)

    @cached_property
    def _said(self) -> dict[Recogniser, str | None]:
        return {}

    def said_by(self, recogniser: Recogniser) -> str | None:
        """What a recogniser says of this case; it is asked once."""
        if recogniser not in self._said:
            self._said[recogniser] = recogniser(self)
        return self._said[recogniser]

    def matches(self, candidate: Tensor) -> bool:
        """Does the candidate, usually the actual values with the mistake undone, give the expected ones?"""
        if candidate.shape != self.expected.shape:
            return False
        if candidate.numel() > 50 * _GLANCE:  # most candidates are far off, which a few elements show
            step = candidate.numel() // _GLANCE
            if not self._close(candidate.reshape(-1)[::step], self.expected.reshape(-1)[::step]):
                return False
        return self._close(candidate, self.expected)

    def explains(self, candidate: Tensor, fitted: int = 0) -> bool:
        """Does the candidate match, and not by chance? `fitted`: how many constants were chosen so that it matches.

        Fewer facts are enough when nothing was fitted and the numbers agree to the last digit.
        """
        if not self.matches(candidate):
            return False
        return self.facts >= BEYOND + fitted or not fitted and self.to_the_digit(candidate)

    def to_the_digit(self, candidate: Tensor) -> bool:
        """All digits that float32 has agree, and they are not those of a simple fraction."""
        values = self.expected.flatten()
        if values.numel() > BEYOND or any(is_simple(value, 300) for value in values.tolist()):
            return False
        return torch.allclose(candidate, self.expected, rtol=_DIGITS, atol=0.0)

    def matches_sorted(self) -> bool:
        """Are they the same values up to sign, in any order?"""
        a, e = (x.flatten().abs().sort().values for x in (self.actual, self.expected))
        return self._close(a, e)

    @cached_property
    def facts(self) -> int:
        """How many different pairs of what came and what is expected there are. Zeros and ones tell nothing."""
        return self.count_facts(self.actual.flatten(), self.expected.flatten())

    def count_facts(self, actual: Tensor, expected: Tensor) -> int:
        every = max(1, expected.numel() // _COUNTED)
        a, e = actual[::every], expected[::every]
        near = 2 * self.atol + 1e-12
        telling = ((e.abs() > near) & ((e.abs() - 1).abs() > near)) & a.isfinite() & e.isfinite()
        pairs = torch.stack([a[telling], e[telling]], 1)
        # what the tolerance does not tell apart is one
        step = 2 ** ((self.atol + self.rtol * pairs.abs()).clamp_min(1e-12).log2().ceil() + 2)
        return len(torch.cat([(pairs / step).round(), step], 1).unique(dim=0))  # type: ignore[no-untyped-call]

    @cached_property
    def sizes(self) -> dict[str, int]:
        """The named sizes of what the function was given."""
        return named_sizes(self.inputs)

    @cached_property
    def distinct(self) -> int:
        """How many expected values can be told apart. With one, everything constant looks alike."""
        return self._count(self.expected.flatten())

    @cached_property
    def magnitudes(self) -> int:
        """How many sizes of nonzero expected values can be told apart. With one, some constant factor always fits."""
        return self.count_sizes(self.expected)

    def count_sizes(self, values: Tensor) -> int:
        sizes = values.flatten().abs()
        return self._count(sizes[sizes > 2 * self.atol])

    @cached_property
    def telling(self) -> bool:
        """Can a match be more than chance? Not with one size that is a simple fraction (2 and 4: double? square?)."""
        if self.magnitudes > 1:
            return True
        sizes = self.expected[self.expected.abs() > 2 * self.atol].abs()
        return sizes.numel() > 0 and not is_simple(sizes.flatten()[0].item())

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


Recogniser = Callable[[Case], str | None]


def is_simple(value: float, largest: int = 100) -> bool:
    """A fraction with a denominator up to `largest`?"""
    if not math.isfinite(value):
        return not math.isnan(value)
    return bool(are_simple(torch.tensor([value], dtype=torch.float64), largest).all())


def are_simple(values: Tensor, largest: int = 100) -> Tensor:
    """Which of these finite numbers, float64 [value], are fractions with a denominator up to `largest`: [value]."""
    denominators = torch.arange(1, largest + 1)[:, None]
    off = ((values * denominators).round() / denominators - values).abs()  # [denominator, value]
    return (off <= (1e-6 if largest <= 100 else 1e-7) * values.abs().clamp(min=1)).any(0)


def either(sentences: Sequence[str]) -> str | None:
    """One sentence out of several that fit equally well: two are both said, with more none is worth saying."""
    several = list(dict.fromkeys(sentences))
    return " Or: ".join(several) if 1 <= len(several) <= 2 else None
