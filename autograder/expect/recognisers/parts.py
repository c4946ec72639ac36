"""Which part is wrong: a mask, the diagonal, one end of an axis, everything but the first example."""

from __future__ import annotations

import torch
from torch import Tensor

from autograder.expect.recognisers.case import BEYOND, Case
from autograder.expect.tolerance import FILL


def causal_mask(case: Case) -> str | None:
    """Compares from which diagonal on the two are empty: 0, -inf or a large negative fill."""
    shape = case.expected.shape
    if not (case.dtype.is_floating_point or case.dtype == torch.bool):
        return None
    if len(shape) < 2 or not 3 <= shape[-1] == shape[-2] <= 1024:
        return None
    a, e = _empty(case.actual), _empty(case.expected)
    wanted, got = _first_empty(e), _first_empty(a)
    if wanted is None or wanted not in (0, 1) or a.all() or e.tril(wanted - 1).any():
        return None
    turned = _first_empty(a.mT)
    if got is None and turned is not None and turned <= 2:
        return "The causal mask is the wrong way round: it hides earlier positions and lets later ones through."
    if got is None and not torch.triu(a, wanted).any():
        if _is_unmasked(case, wanted):
            return "The causal mask is missing: above the diagonal, values of later positions should be masked out."
        return "Above the diagonal nothing should be left, and there are values."
    if got is not None and wanted < got <= wanted + 2:
        return "The causal mask starts too late: positions see later ones that they should not see."
    if got is not None and wanted - 2 <= got < wanted:
        return "The causal mask hides too much: positions do not see all that they should, such as themselves."
    return None


def _is_unmasked(case: Case, wanted: int) -> bool:
    """Only the mask is missing: what it lets through is right, as it is or once rows are divided by their sums."""
    kept = torch.ones(case.shape[-2:]).tril(wanted - 1).bool()
    lower = case.actual.masked_fill(~kept, 0.0)
    return any(
        case.matches(torch.where(kept, candidate, case.expected)) for candidate in (lower, lower / lower.sum(-1, True))
    )


def constant(case: Case) -> str | None:
    a = case.actual
    if a.numel() < 4 or case.distinct < 2:
        return None
    if case.dtype == torch.bool:
        return f"{bool(a.flatten()[0])} came every time." if bool((a == a.flatten()[0]).all()) else None
    if not a.any():
        return (
            "Every value is zero. A product with zeros, a difference of a thing with itself, a mask that lets nothing "
            "through or a result that is never filled in would do that."
        )
    if bool((a == a.flatten()[0]).all()):
        return "Every value is the same."
    return None


def one_part(case: Case) -> str | None:
    """Says where the wrong values lie, when they are a clear part of the whole and what is right is no chance."""
    off = ~torch.isclose(case.actual, case.expected, rtol=case.rtol, atol=case.atol)
    if case.count_sizes(case.expected[~off]) < BEYOND:
        return None
    square = off.ndim >= 2 and off.shape[-1] == off.shape[-2] >= 3
    if square:
        diagonal = torch.eye(off.shape[-1], dtype=torch.bool)
        if not (off & ~diagonal).any():
            return "Only the diagonal is wrong; all other values are right."
    for axis in case.axes:
        size, what = off.shape[axis], "value" if off.ndim == 1 else f"slice along axis {axis}"
        lines = off.movedim(axis, 0).reshape(size, -1).any(1)
        if size <= BEYOND:
            continue
        if int(lines.sum()) == 1 and _differ(case, axis, ~lines):
            place = {0: "the first", size - 1: "the last"}.get(int(lines.nonzero()[0]), "one")
            if place != "one" or off.numel() > size:
                return f"Only {place} {what} is wrong; all others are right."
        if not lines[0] and bool(lines[1:].all()):
            return f"Only the first {what} is right."
    return None


def _differ(case: Case, axis: int, right: Tensor) -> bool:
    """Three slices and more that are right, not zero and different from each other."""
    slices = case.expected.movedim(axis, 0)[right].reshape(int(right.sum()), -1)
    return len(slices[slices.any(1)].unique(dim=0)) >= BEYOND  # type: ignore[no-untyped-call]


def _empty(x: Tensor) -> Tensor:
    return (x == 0) | (x <= -FILL)


def _diagonal(x: Tensor, offset: int) -> Tensor:
    return x.diagonal(offset, -2, -1)


def _first_empty(empty: Tensor) -> int | None:
    """The lowest offset from which on all diagonals are empty."""
    size = empty.shape[-1]
    first = None
    for offset in range(size - 1, -size, -1):
        if not _diagonal(empty, offset).all():
            break
        first = offset
    return first
