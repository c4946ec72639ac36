"""What a test saw of a learner's functions, in a few numbers: to know a behaviour again, however it was computed.

A trace is the calls that a test made and what each gave. Its form (functions, shapes, dtypes, exceptions, texts) is
compared exactly; values are compared by their norm and two fixed projections, within a tolerance, never by a hash.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.expect.comparison import as_tensor, is_named
from autograder.expect.prints import DIGITS, Fingerprint
from autograder.expect.tolerance import FILL

_MOST = 1_000  # values, with those in others: what a submission returns costs no more time, and makes no report larger
_SAMPLED = 2_000_000  # elements of a tensor that are looked at
_STEPS = (0.6180339887498949, 0.41421356237309503)  # of the two projections' weights: equidistributed, never a pattern


def fingerprint(calls: Sequence[tuple[str, Any]]) -> Fingerprint | None:
    """The fingerprint of calls, each with the function's name and what it returned or raised; None if that is much."""
    tensors: list[Tensor] = []
    left = count(_MOST, -1)
    try:
        forms = [[name, _form(value, tensors, left)] for name, value in calls]
    except _TooMuch:
        return None
    exact = not any(tensor.is_floating_point() for tensor in tensors)
    numbers = [float(f"{number:.{DIGITS}g}") for tensor in tensors for number in _three(tensor)]
    raised = bool(calls) and isinstance(calls[-1][1], BaseException)
    return Fingerprint(f"{zlib.crc32(json.dumps(forms).encode()):08x}", tuple(numbers), exact, raised)


class _TooMuch(Exception):
    """More values than a behaviour is known by."""


def _form(value: Any, tensors: list[Tensor], left: Iterator[int]) -> Any:
    """What of a value is compared exactly; the tensors and numbers in it are added to `tensors`."""
    if next(left) <= 0:
        raise _TooMuch
    if isinstance(value, BaseException):
        return ["raises", getattr(value, "type_name", "") or getattr(value, "kind", type(value).__name__)]
    if value is None or isinstance(value, str | bytes | torch.dtype):
        return repr(value)
    if is_named(value):
        return ["record", list(value._fields), [_form(part, tensors, left) for part in value]]
    if isinstance(value, dict):
        return ["dict", [[repr(key), _form(part, tensors, left)] for key, part in value.items()]]
    if isinstance(value, list | tuple):
        return [type(value).__name__, [_form(part, tensors, left) for part in value]]
    if (tensor := as_tensor(value)) is None:
        return "object"
    kind = "tensor" if isinstance(value, Tensor) else "array" if isinstance(value, np.ndarray) else "number"
    form = [kind, list(tensor.shape), str(tensor.dtype)]
    flat = torch.view_as_real(tensor).flatten() if tensor.is_complex() else tensor.flatten()
    flat = flat[:: max(1, -(-flat.numel() // _SAMPLED))]
    if flat.is_floating_point() and not (usual := flat.abs() < FILL).all():
        form.append(f"{zlib.crc32(_unusual(flat)):08x}")
        tensors.append(flat.where(~usual & flat.isfinite(), 0.0))  # fills of a mask would drown the rest
        flat = flat.where(usual, 0.0)
    tensors.append(flat)
    return form


def _unusual(flat: Tensor) -> bytes:
    """Where large values, NaN and the infinities stand."""
    kinds = (flat.abs() >= FILL).byte() + flat.isnan().byte() * 2 + (flat == math.inf).byte() * 3
    return bytes((kinds + (flat == -math.inf).byte() * 4).numpy())


def _three(flat: Tensor) -> tuple[float, float, float]:
    values = flat.double()
    places = torch.arange(1, values.numel() + 1, dtype=torch.float64)
    one, other = (float((places * step).frac_().sub_(0.5) @ values) for step in _STEPS)
    return float(values.norm()), one, other
