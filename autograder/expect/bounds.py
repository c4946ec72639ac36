"""Checks of a result against limits rather than values: a range, a shape, being finite."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.expect.comparison import Mismatch, as_tensor, kind_of, said_of_shapes
from autograder.expect.tolerance import is_inexact


def out_of_range(value: Any, low: float | None, high: float | None) -> Mismatch | None:
    """Every element has to lie in [low, high], and there has to be one; NaN never does.

    The limits themselves are told in `details` only.
    """
    tensor = _some_numbers(value)
    if isinstance(tensor, Mismatch):
        return tensor
    x = tensor.double()
    low_, high_ = (-torch.inf if low is None else low), (torch.inf if high is None else high)
    checks = (("NaN", x.isnan()), ("too small", x < low_), ("too large", x > high_))
    found = {words: off for words, off in checks if off.any()}
    if not found:
        return None
    off = torch.stack(list(found.values())).any(0)
    excess = torch.where(x.isnan(), torch.inf, torch.maximum(low_ - x, x - high_)).masked_fill(~off, -1.0)
    worst = x.flatten()[excess.flatten().argmax()].item()
    limits = " and ".join(
        f"{words} {limit:g}" for words, limit in (("at least", low), ("at most", high)) if limit is not None
    )
    if not tensor.ndim:
        return Mismatch("range", next(iter(found)), f"got {worst:.6g}, asked is {limits}", tensor)
    counts = ", ".join(f"{int(hits.sum())} {words}" for words, hits in found.items())
    return Mismatch(
        "range",
        f"of {x.numel()} elements, {counts}",
        f"the worst is {worst:.6g}, asked is {limits}",
        tensor,
        vague=f"some elements are {' and some '.join(found)}",
    )


def no_better(value: Any, low: float | None, high: float | None, idle: float) -> bool:
    """Whether it is as far from the limit as `idle`, but for a twentieth of that, or farther."""
    tensor = as_tensor(value)
    limit = high if low is None else low
    if tensor is None or tensor.numel() != 1 or limit is None:
        return False
    nearest = idle + (limit - idle) / 20
    return tensor.item() <= nearest if low is not None else tensor.item() >= nearest


def not_finite(value: Any) -> Mismatch | None:
    tensor = _some_numbers(value)
    if isinstance(tensor, Mismatch):
        return tensor
    if not is_inexact(tensor) or tensor.isfinite().all():
        return None
    if not tensor.ndim:
        return Mismatch("range", "NaN" if tensor.isnan() else "infinite", "", tensor)
    counts = f"{int(tensor.isnan().sum())} are NaN and {int(tensor.isinf().sum())} infinite"
    return Mismatch("range", f"not finite, of {tensor.numel()} elements {counts}", "", tensor, vague="not finite")


def wrong_shape(value: Any, dims: tuple[int | None, ...]) -> Mismatch | None:
    """None in `dims` stands for any size."""
    tensor = _numbers(value)
    if isinstance(tensor, Mismatch):
        return tensor
    sizes = tuple(tensor.shape)
    if len(sizes) == len(dims) and all(want in (None, got) for got, want in zip(sizes, dims, strict=True)):
        return None
    asked = f"({', '.join('any' if size is None else str(size) for size in dims)}{',' if len(dims) == 1 else ''})"
    problem, vague = said_of_shapes(tensor, asked, tuple(size for size in dims if size is not None))
    if None in dims:
        return Mismatch("range", problem, actual=tensor, vague=vague)
    like: Any = torch.empty(dims, device="meta")  # type: ignore[arg-type]
    return Mismatch("shape", problem, actual=tensor, expected=like, vague=vague)


def _numbers(value: Any) -> Tensor | Mismatch:
    if isinstance(value, list | tuple):
        value = torch.tensor(value) if value and all(isinstance(item, int | float) for item in value) else value
    tensor = as_tensor(value)
    return Mismatch("kind", f"{kind_of(value)} where numbers are asked", "", value) if tensor is None else tensor


def _some_numbers(value: Any) -> Tensor | Mismatch:
    found = _numbers(value)
    if isinstance(found, Mismatch) or found.numel():
        return found
    return Mismatch("range", "no numbers in it", f"the shape is {tuple(found.shape)}", found)
