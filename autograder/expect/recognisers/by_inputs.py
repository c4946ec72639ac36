"""What was done with the inputs: one left out, added where it is subtracted, handed back, or a remainder not taken."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from autograder.expect.inputs import quoted
from autograder.expect.recognisers.case import BEYOND, Case

# How many times an input has to be added to what came, and what that says.
_ADDED = (
    (1, "{} is left out: with it added, the values are right."),
    (-1, "{} is added, and should not be: without it, the values are right."),
    (2, "{} is subtracted where it has to be added."),
    (-2, "{} is added where it has to be subtracted."),
)


def left_out(case: Case) -> str | None:
    """What is missing is an input of several values; where it is added with the wrong sign, twice that."""
    missing = case.expected - case.actual
    for name, value in _tensors(case):
        if value.ndim > missing.ndim or case.count_sizes(value) < BEYOND:
            continue
        try:
            whole = value.broadcast_to(missing.shape)
        except RuntimeError:
            continue
        for times, sentence in _ADDED:
            if case.matches(case.actual + times * whole):
                return sentence.format(quoted(name))
    return None


def remainder(case: Case) -> str | None:
    """Whole numbers that are right modulo one that was given."""
    if case.dtype.is_floating_point or case.dtype == torch.bool:
        return None
    a, e = case.actual, case.expected
    for one in case.inputs:
        p = one.value if isinstance(one.value, int) else 0
        if p > 2 and case.facts > BEYOND and case.matches(a.remainder(p)) and not torch.equal(a, e):
            return f"Modulo {quoted(one.name)} these values are right: the remainder is not taken."
    return None


def handed_back(case: Case) -> str | None:
    """The values of an input, perhaps in another shape."""
    if case.count_sizes(case.actual) < BEYOND:
        return None
    for name, value in _tensors(case):
        if value.numel() == case.actual.numel() and torch.equal(value.flatten(), case.actual.flatten()):
            return f"These are the values of {quoted(name)}, as they were given."
    return None


def _tensors(case: Case) -> Iterator[tuple[str, Tensor]]:
    for one in case.inputs:
        if isinstance(one.value, Tensor) and not one.value.is_complex() and one.name and one.value.numel() > 1:
            yield one.name, one.value.double()
