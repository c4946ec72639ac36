"""Say by their names which parts of a result are wrong: it is no cause, but tells a learner where to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from autograder.expect.comparison import Mismatch, compare
from autograder.expect.tolerance import Terms


def wrong_parts(actual: Any, expected: Any, mismatch: Mismatch, names: Sequence[str], terms: Terms) -> str | None:
    """Names the wrong ones of a result whose items, or whose last axis, have these names; None where all are wrong."""
    off = _off(actual, expected, mismatch, terms)
    if len(off) != len(names) or all(off) or not any(off):
        return None
    wrong = [name for name, is_off in zip(names, off, strict=True) if is_off]
    others = "The other is right" if len(names) - len(wrong) == 1 else "The others are right"
    return f"Wrong: {_listed(wrong)}. {others}."


def _off(actual: Any, expected: Any, mismatch: Mismatch, terms: Terms) -> list[bool]:
    """Whether each part is wrong; empty where the result cannot be taken apart."""
    if isinstance(mismatch.expected, torch.Tensor) and not mismatch.where:
        if mismatch.stage not in ("value", "finite") or not mismatch.expected.ndim:
            return []
        a, e = (value.to(torch.complex128) for value in (mismatch.actual, mismatch.expected))
        right = torch.isclose(a, e, rtol=mismatch.rtol, atol=mismatch.atol, equal_nan=True)
        return [not bool(part.all()) for part in right.movedim(-1, 0)]
    if not mismatch.where or not isinstance(expected, tuple | list):
        return []
    return [compare(a, e, terms) is not None for a, e in zip(actual, expected, strict=True)]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
