"""How close is close enough: tolerances by dtype and by the scale of the values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

# Default tolerances by dtype of what is expected: (relative to each value, relative to the scale of all values).
# A right solution may add up in another order or with other threads. That costs some tens of eps (1.2e-7 for float32,
# 2.2e-16 for float64) of the *scale*, because small values come about by cancellation; an exponential of logits near 50
# turns the same rounding into some hundred eps of each value. So float32 allows 1e-4 and 1e-5, and an error of 1e-3
# still fails. float64 leaves room for millions of eps and is yet far tighter than one rounding to float32 (6e-8).
_DEFAULTS = {
    torch.float64: (1e-9, 1e-10),
    torch.float32: (1e-4, 1e-5),
    torch.float16: (1e-2, 2e-3),
    torch.bfloat16: (5e-2, 2e-2),
    torch.complex128: (1e-9, 1e-10),
    torch.complex64: (1e-4, 1e-5),
}
_SMALLEST_SCALE = 1e-5  # below it, differences are rounding of larger numbers that cancelled
FILL = 1e4  # magnitudes from here on are mask fills (-1e9) and set no scale, unless there is nothing else


@dataclass(frozen=True)
class Terms:
    """How closely to compare. None: the default for the dtype. `exact_dtype=False` lets dtypes differ."""

    atol: float | None = None
    rtol: float | None = None
    exact_dtype: bool = True


def is_inexact(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def looser(dtypes: Iterable[torch.dtype]) -> torch.dtype:
    """The one with the widest default tolerance."""
    return max(dtypes, key=lambda dtype: _DEFAULTS.get(dtype, (0.0, 0.0)))


def tolerances(expected: Tensor, terms: Terms, precision: torch.dtype | None = None) -> tuple[float, float]:
    """(atol, rtol): what the terms say, else the default for dtype and scale. Integers are exact."""
    rtol, of_scale = _DEFAULTS.get(precision or expected.dtype, (0.0, 0.0)) if is_inexact(expected) else (0.0, 0.0)
    atol = of_scale * scale_of(expected) if of_scale else 0.0
    return (atol if terms.atol is None else terms.atol), (rtol if terms.rtol is None else terms.rtol)


def scale_of(expected: Tensor) -> float:
    """The largest finite magnitude, mask fills aside; 1 when every value is zero."""
    if expected.numel() == 0:
        return 1.0
    sizes = expected.abs()
    largest = sizes.max().item()
    if not largest < FILL:  # NaN also comes here
        sizes = sizes[sizes.isfinite()]
        usual = sizes[sizes < FILL]
        sizes = usual if usual.any() else sizes
        largest = sizes.max().item() if sizes.numel() else 1.0
    return max(largest, _SMALLEST_SCALE) if largest else 1.0
