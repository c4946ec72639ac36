"""A behaviour as it is kept and compared: a few numbers, without torch, so that a class is soon looked through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

DIGITS = 7
_LOOSE, _EXACT = 3e-6, 2e-7  # relative to the norm: floats computed in another way; whole numbers, written with DIGITS
_NOISE = 1e-7  # what is left where numbers cancelled


@dataclass(frozen=True)
class Fingerprint:
    """`form` tells what can only be the same or not; `numbers` holds three for each tensor: norm and projections.

    `exact`: no number was computed as a float. `raised`: it ended with an exception, of which only the kind is known.
    """

    form: str
    numbers: tuple[float, ...]
    exact: bool = False
    raised: bool = field(default=False, compare=False)

    def matches(self, other: Fingerprint) -> bool:
        if self.form != other.form or self.exact != other.exact or len(self.numbers) != len(other.numbers):
            return False
        relative = _EXACT if self.exact else _LOOSE
        return all(_near(a, b, relative) for a, b in zip(_threes(self), _threes(other), strict=True))

    def as_data(self) -> list[Any]:
        return [self.form, int(self.exact) + 2 * int(self.raised), *self.numbers]

    @classmethod
    def from_data(cls, data: Sequence[Any]) -> Fingerprint:
        form, how, *numbers = data
        return cls(form, tuple(map(float, numbers)), bool(int(how) & 1), bool(int(how) & 2))


def _threes(print_: Fingerprint) -> list[tuple[float, ...]]:
    return [print_.numbers[at : at + 3] for at in range(0, len(print_.numbers), 3)]


def _near(one: tuple[float, ...], other: tuple[float, ...], relative: float) -> bool:
    allowed = relative * max(one[0], other[0]) + _NOISE
    return all(abs(a - b) <= allowed for a, b in zip(one, other, strict=True))
