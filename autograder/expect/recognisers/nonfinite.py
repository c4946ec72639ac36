"""Where NaN and infinity come from, as far as the expected values show it."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.expect.tolerance import FILL


def all_nan(actual: Tensor, expected: Tensor) -> str | None:
    if actual.numel() > 1 and actual.isnan().all():
        return (
            "Every value is NaN. 0 / 0, inf - inf, the mean of nothing, the logarithm or root of a negative number and "
            "training that diverges give NaN."
        )
    return None


def softmax_overflow(actual: Tensor, expected: Tensor) -> str | None:
    """exp(large) is infinite, and inf / inf is NaN, while the rest of the slice becomes 0."""
    for axis in range(expected.ndim):
        if expected.shape[axis] < 2 or not _sums_to_one(expected, axis):
            continue
        hurt = actual.isnan().any(axis, keepdim=True).expand_as(actual)
        if (actual.isnan() | (actual == 0))[hurt].all() and (actual == 0)[hurt].any():
            return f"The exponentials overflow: subtract the largest value along axis {axis} before taking them."
    return None


def logarithm_of_zero(actual: Tensor, expected: Tensor) -> str | None:
    if not (actual == -torch.inf)[expected.isfinite()].any() or actual.isnan().any():
        return None
    if any(_sums_to_one(expected.exp(), axis) for axis in range(expected.ndim)):
        return "Minus infinity comes from log(0): take log_softmax, which never forms the vanishing probability."
    masked = ", or from a mask that no softmax follows" if actual.ndim > 1 else ""
    return f"Minus infinity came out, as from log(0) or a division by zero{masked}."


def zero_case(actual: Tensor, expected: Tensor) -> str | None:
    """NaN exactly where zero is asked."""
    nan = actual.isnan()
    if 0 < int(nan.sum()) < nan.numel() and torch.equal(nan, expected == 0):
        return "NaN came out where 0 is asked, as from 0 / 0 or 0 * log(0)."
    return None


def whole_slices(actual: Tensor, expected: Tensor) -> str | None:
    """NaN fills one axis from end to end, for some places of the others."""
    nan = actual.isnan()
    if not nan.any() or nan.all():
        return None
    for axis in reversed(range(nan.ndim)):
        if nan.shape[axis] > 1 and torch.equal(nan.any(axis), nan.all(axis)):
            return f"Where there is NaN it fills axis {axis}, as from a division by 0."
    return None


def overflow(actual: Tensor, expected: Tensor) -> str | None:
    if actual.isinf()[expected.isfinite()].any() and not actual.isnan().any():
        return "Infinity came out, as from a division by zero or an exponential that overflows."
    return None


def filled_instead(actual: Tensor, expected: Tensor) -> str | None:
    """A very negative number where minus infinity is asked."""
    masked = expected == -torch.inf
    if masked.any() and (actual[masked] <= -FILL).all() and actual[masked].isfinite().any():
        return "A large negative number stands where minus infinity is asked."
    return None


def _sums_to_one(x: Tensor, axis: int) -> bool:
    sums = x.sum(axis)
    finite = sums.isfinite()
    return bool((x[x.isfinite()] >= 0).all()) and bool(finite.any()) and bool(((sums - 1).abs() < 1e-4)[finite].all())


RECOGNISERS = (
    all_nan,
    softmax_overflow,
    zero_case,
    logarithm_of_zero,
    whole_slices,
    filled_instead,
    overflow,
)
