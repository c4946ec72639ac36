"""The right values in the wrong places."""

from __future__ import annotations

from itertools import permutations
from math import isqrt

import torch
from torch import Tensor

from autograder.expect.recognisers.case import Case

_MOST_AXES = 5  # 120 orders
_MOST_SLICES = 512  # compared pair by pair
_COLUMNS = 256  # looked at to tell slices apart


def transposed(case: Case) -> str | None:
    for order in _orders(case):
        if case.matches(case.actual.permute(order)):
            moved = [axis for axis, source in enumerate(order) if axis != source]
            if case.expected.ndim == 2:
                return "The result is transposed: rows and columns are swapped, the values are right."
            if len(moved) == 2:
                return f"The values are right, but axes {moved[0]} and {moved[1]} are swapped."
            return "The values are right, but the axes are in another order."
    return None


def reshaped(case: Case) -> str | None:
    """`x.reshape(...)` where `x.permute(...)` was meant: the shape is right, the values have moved."""
    shape = case.expected.shape
    for order in _orders(case):
        source = case.expected.permute(order)
        undone = case.actual.reshape(source.shape).permute(_inverse(order))
        if source.shape != shape and case.matches(undone):
            return "The values are right but in the wrong places: axes were reshaped (view) instead of permuted."
    return None


def flattened_by_columns(case: Case) -> str | None:
    side = isqrt(case.expected.shape[-1]) if case.expected.ndim and case.varied else 0
    if side < 2 or side**2 != case.expected.shape[-1]:
        return None
    squares = case.actual.reshape(*case.actual.shape[:-1], side, side)
    if case.matches(squares.transpose(-1, -2).flatten(-2)):
        return "The values are right, but each square is flattened column by column; row by row is asked."
    return None


def flipped(case: Case) -> str | None:
    for axis in case.axes if case.varied else ():
        if case.matches(case.actual.flip(axis)):
            return f"The values are right, but the order along axis {axis} is reversed."
    return None


def shifted(case: Case) -> str | None:
    """Off by one along an axis: all around, or with another value coming in at the end."""
    for axis in case.axes if case.varied else ():
        size = case.expected.shape[axis]
        if size < 3:
            continue
        for step, words in ((1, "too far along"), (-1, "too early along")):
            if case.matches(case.actual.roll(-step, axis)) or _overlaps(case, axis, step):
                return f"Off by one along axis {axis}: every value stands one place {words}."
    return None


def permuted(case: Case) -> str | None:
    """Whole slices along an axis are right, but in another order. Not for labels, where many orders look alike."""
    for axis in case.axes if case.varied else ():
        if case.distinct < max(3, case.expected.shape[axis] // 2):
            continue
        rows = [x.movedim(axis, 0).reshape(x.shape[axis], -1) for x in (case.actual, case.expected)]
        order = _matching(*rows)
        if order is not None and case.matches(case.actual.index_select(axis, order)):
            what = "values" if case.expected.ndim == 1 else f"slices along axis {axis}"
            return f"The {what} are right, but in another order."
    return None


def scattered(case: Case) -> str | None:
    """The same values all in all. Only said when chance and labels (few distinct values) are excluded."""
    if case.distinct < max(4, case.expected.numel() // 2):
        return None
    a, e = case.actual.flatten().sort().values, case.expected.flatten().sort().values
    if torch.allclose(a, e, rtol=case.rtol, atol=case.atol):
        return "The values are right but in the wrong places."
    return None


def _orders(case: Case) -> list[tuple[int, ...]]:
    """Every order of the axes but the given one; swaps of two first."""
    axes = case.expected.ndim
    if not (2 <= axes <= _MOST_AXES and case.varied):
        return []
    orders = list(permutations(range(axes)))[1:]
    return sorted(orders, key=lambda order: sum(axis != source for axis, source in enumerate(order)))


def _inverse(order: tuple[int, ...]) -> list[int]:
    return [order.index(axis) for axis in range(len(order))]


def _overlaps(case: Case, axis: int, step: int) -> bool:
    """A shift that is not circular. Progressions shift into an added constant, so those are left to `offset`."""
    size = case.expected.shape[axis] - 1
    late, early = (case.actual, case.expected) if step > 0 else (case.expected, case.actual)
    late, early = late.narrow(axis, 1, size), early.narrow(axis, 0, size)
    if not torch.allclose(late, early, rtol=case.rtol, atol=case.atol):
        return False
    changes = (case.expected.diff(dim=axis).abs() > 4 * case.atol).sum() * 2 >= early.numel()
    difference = case.actual - case.expected
    return bool(changes) and bool((difference - difference.mean()).abs().max() > 4 * case.atol)


def _matching(actual: Tensor, expected: Tensor) -> Tensor | None:
    """For each expected row the actual row nearest to it, if that pairs them off."""
    count, width = expected.shape
    if count > _MOST_SLICES and width > 1:
        return None
    if width == 1:
        order = torch.empty(count, dtype=torch.long)
        order[expected[:, 0].argsort()] = actual[:, 0].argsort()
        return order
    columns = torch.linspace(0, width - 1, min(width, _COLUMNS)).long()
    order = torch.cdist(expected[:, columns], actual[:, columns]).argmin(1)
    return order if len(set(order.tolist())) == count else None
