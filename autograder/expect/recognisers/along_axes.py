"""Mistakes along an axis: softmax, normalising or centring missing, or done along the wrong one."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from autograder.expect.recognisers.case import BEYOND, Case

_CLOSE = 1e-4
_SLICES = 40  # looked at to see whether enough facts are left


def _sums_to_one(x: Tensor, axis: int) -> bool:
    return bool((x >= -_CLOSE).all()) and bool(((x.sum(axis) - 1).abs() < _CLOSE).all())


def _exponentials_sum_to_one(x: Tensor, axis: int) -> bool:
    return bool((x <= _CLOSE).all()) and bool((x.logsumexp(axis).abs() < _CLOSE).all())


def _has_length_one(x: Tensor, axis: int) -> bool:
    return bool(((x.norm(dim=axis) - 1).abs() < _CLOSE).all())


def _averages_to_zero(x: Tensor, axis: int) -> bool:
    return bool(x.any()) and bool((x.mean(axis).abs() <= 1e-5 * x.abs().mean()).all())


# What can hold along an axis, how to say it, and what brings it about. The first that holds is the one to speak of.
_PROPERTIES: tuple[tuple[Callable[[Tensor, int], bool], str, str], ...] = (
    (_sums_to_one, "sum to 1", "softmax or dividing by the sum"),
    (_exponentials_sum_to_one, "be log-probabilities", "log_softmax"),
    (_has_length_one, "have length 1", "dividing by the norm"),
    (_averages_to_zero, "average to 0", "subtracting the mean"),
)

# What undoes the mistake along an axis, and what the mistake was.
_FUNCTIONS: tuple[tuple[Callable[[Tensor, int], Tensor], str], ...] = (
    (torch.log_softmax, "Logits where log-probabilities are asked: log_softmax over axis {} is missing."),
    (torch.softmax, "Logits where probabilities are asked: softmax over axis {} is missing."),
    (
        lambda x, axis: _standardised(x, axis),
        "Not standardised: subtract the mean and divide by the deviation, axis {}.",
    ),
    (torch.cumsum, "The running sums along axis {} are right: a cumulative sum is missing."),
)


def function_along_an_axis(case: Case) -> str | None:
    for axis in _varying_axes(case) if case.varied else ():
        for undo, sentence in _FUNCTIONS:
            if case.facts > BEYOND and case.matches(undo(case.actual, axis)):
                return sentence.format(axis)
    return None


def softmax_too_many(case: Case) -> str | None:
    """log(actual) is expected up to a constant along the axis."""
    if not (case.actual > 0).all():
        return None
    for axis in _varying_axes(case):
        if _sums_to_one(case.actual, axis):
            before = case.actual.log()
            gap = (before - case.expected).mean(axis, keepdim=True)
            if case.facts > BEYOND and case.matches(before - gap):
                twice = _sums_to_one(case.expected, axis)
                words = (
                    "Softmax is applied twice" if twice else "Probabilities where logits are asked: a softmax too many"
                )
                return f"{words} (axis {axis})."
    return None


def offset_along_an_axis(case: Case) -> str | None:
    """Each slice is off by a constant of its own."""
    found = None
    for axis in _varying_axes(case):
        shift = (case.actual - case.expected).mean(axis, keepdim=True)
        if not case.matches(case.actual - shift) or not _leaves_checks(case, axis):  # the dear one last
            continue
        if _averages_to_zero(case.expected, axis):
            return f"Not centred: the mean along axis {axis} has to be subtracted."
        if _averages_to_zero(case.actual, axis):
            return f"The mean along axis {axis} was subtracted; it should not be."
        if float((shift - shift.mean()).abs().max()) > 4 * case.atol:
            found = found or f"Along axis {axis}, all values are off by one added constant, different for each slice."
    return found


def factor_along_an_axis(case: Case) -> str | None:
    """Each slice is off by a factor of its own."""
    found = None
    for axis in case.axes:
        squares = case.expected.square().sum(axis, keepdim=True)
        ratio = (case.actual * case.expected).sum(axis, keepdim=True) / squares
        ratio = torch.where(squares == 0, 1.0, ratio)
        several = ((case.expected != 0).sum(axis) > 1).double().mean() > 0.5
        if not several or not case.matches(case.actual / ratio) or not _leaves_checks(case, axis):
            continue
        if _sums_to_one(case.expected, axis):
            return f"Not normalised: along axis {axis} the values have to be divided by their sum."
        if _has_length_one(case.expected, axis):
            return f"Not normalised: along axis {axis} the values have to be divided by their length."
        if _sums_to_one(case.actual, axis) or _has_length_one(case.actual, axis):
            return f"The values were normalised along axis {axis}; they should not be."
        if float((ratio - ratio.mean()).abs().max()) > 1e-3 * float(ratio.abs().max()):
            found = found or f"Along axis {axis}, all values are off by one factor, different for each slice."
    return found


def wrong_axis(case: Case) -> str | None:
    """What should hold along one axis holds along another."""
    if not case.dtype.is_floating_point or case.facts <= BEYOND:
        return None
    for holds, words, operation in _PROPERTIES:
        wanted = [axis for axis in case.axes if holds(case.expected, axis)]
        got = [axis for axis in case.axes if holds(case.actual, axis)]
        if wanted and got and not set(wanted) & set(got):
            return (
                f"Wrong axis: the values {words} along axis {got[0]} and should along axis {wanted[0]} ({operation})."
            )
    return None


def property_missing(case: Case) -> str | None:
    """Says what should hold and no cause: what would bring it about has been tried by now, and does not help."""
    if case.simple or case.facts <= BEYOND:
        return None
    for holds, words, _ in _PROPERTIES:
        wanted = [axis for axis in case.axes if case.expected.shape[axis] >= BEYOND and holds(case.expected, axis)]
        if wanted and not any(holds(case.actual, axis) for axis in case.axes):
            return f"Along axis {wanted[0]} the values should {words}, and they do not."
    return None


def same_total(case: Case) -> str | None:
    """Sums (or norms) over rows and over columns of one square matrix differ, but their totals agree.

    Too weak to be said unasked: for `autograder.expect.suspects.wrong_axis`. Any permutation also keeps the totals, and
    probabilities always have the same.
    """
    a, e = case.actual, case.expected
    trivial = any(holds(e, axis) for holds, *_ in _PROPERTIES for axis in case.axes)
    if trivial or e.numel() < 3 or case.matches_sorted():
        return None
    for total in (torch.sum, lambda x: x.square().sum()):
        size = total(e).abs()
        if size > 0.01 * e.abs().max() and (total(a) - total(e)).abs() <= (1e-7 + case.rtol / 10) * size:
            return "Sums over another axis would explain the values."
    return None


def _standardised(x: Tensor, axis: int) -> Tensor:
    centred = x - x.mean(axis, keepdim=True)
    return centred / centred.square().mean(axis, keepdim=True).sqrt()


def _varying_axes(case: Case) -> list[int]:
    """Axes along which the expected values vary in most slices: along any other, an added constant fits by itself."""
    spreads = ((axis, case.expected.amax(axis) - case.expected.amin(axis)) for axis in case.axes)
    return [axis for axis, spread in spreads if (spread > 8 * case.atol).double().mean() > 0.5]


def _leaves_checks(case: Case, axis: int) -> bool:
    """One constant a slice is fitted; enough facts must be left to confirm it. Equal slices count once."""
    pairs = torch.stack([case.actual, case.expected]).movedim(axis + 1, -1)
    slices = pairs.reshape(2, -1, pairs.shape[-1]).transpose(0, 1)[:_SLICES].unique(dim=0)  # type: ignore[no-untyped-call]
    facts = [case.count_facts(actual, expected) for actual, expected in slices]
    telling = [count for count in facts if count]
    return sum(telling) - len(telling) >= BEYOND and sum(count > 1 for count in telling) * 2 > len(telling)
