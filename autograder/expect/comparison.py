"""Compare a result with what is expected: kind, shape, dtype, finiteness, then values. The first difference counts.

A `Mismatch` keeps apart what a hidden test may say (`vague`: no number that a submission could choose to tell what it
was given), what is said else (`problem`: counts, too) and what shows values (`details`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from autograder.expect.tolerance import Terms, is_inexact, looser, tolerances

_TENSORS = (Tensor, np.ndarray)
MOST_KEYS = 100  # of a result that are shown
LONGEST_WORD = 30  # characters of a text that is shown at once
_NUMBER_KINDS = {True: "True or False", False: "a number"}


@dataclass(frozen=True)
class Mismatch:
    """The first difference found. `problem` is said after the name of the result and holds no value; in a hidden test
    `vague` is said, where there is one."""

    stage: str  # kind, length, shape, dtype, finite, value
    problem: str
    details: str = ""
    actual: Any = None  # of the part that differs; tensors from the stage "shape" on
    expected: Any = None
    where: str = ""  # path of that part inside the result: ".probs", "[1]"
    atol: float = 0.0
    rtol: float = 0.0
    vague: str = ""

    def inside(self, step: str, key: str = "") -> Mismatch:
        """The same mismatch, seen from the container that holds the part."""
        details = f"under the key {key}: {self.details}" if key else self.details
        return replace(self, where=step + self.where, details=details)


def compare(actual: Any, expected: Any, terms: Terms | None = None) -> Mismatch | None:
    """None when `actual` is what is expected, else the first difference."""
    comparer = next(comparer for types, comparer in _COMPARERS if isinstance(expected, types))
    return comparer(actual, expected, terms or Terms())


def kind_of(value: Any) -> str:
    """What sort of value this is, in words. The value is asked nothing: it may stand in for a learner's object."""
    if is_named(value):
        return "a result with named fields"
    return next((words for types, words in _KINDS if isinstance(value, types)), "an object that is not plain data")


def is_named(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_fields")


def as_tensor(value: Any) -> Tensor | None:
    """A tensor or number as a plain dense tensor on the CPU; None for anything else."""
    if isinstance(value, Tensor):
        plain = value.detach().cpu()
        return plain if plain.layout == torch.strided else plain.to_dense()
    try:
        if isinstance(value, np.ndarray):
            return torch.from_numpy(np.ascontiguousarray(value).reshape(value.shape))
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool | int):
            return torch.tensor(value)
        if isinstance(value, float | complex):
            return torch.tensor(value, dtype=torch.complex128 if isinstance(value, complex) else torch.float64)
    except (TypeError, ValueError, RuntimeError):  # an array of text or objects, an int beyond 64 bits
        return None
    return None


# ---------------------------------------------------------------- tensors and numbers


def _compare_numeric(actual: Any, expected: Any, terms: Terms) -> Mismatch | None:
    """Tensor with tensor, or a number with a 0-d tensor: it has no precision of its own, so dtypes may differ."""
    got, want = as_tensor(actual), as_tensor(expected)
    if want is None:  # an int beyond 64 bits, an array of text
        return _compare_plain(actual, expected, terms)
    if got is None or isinstance(actual, np.ndarray) != isinstance(expected, np.ndarray):
        return _wrong_kind(actual, expected)
    if isinstance(actual, _TENSORS) and isinstance(expected, _TENSORS):
        return compare_tensors(got, want, terms)
    if got.ndim == want.ndim and (got.dtype == torch.bool) != (want.dtype == torch.bool):
        words = [_NUMBER_KINDS[tensor.dtype == torch.bool] for tensor in (got, want)]
        return Mismatch("kind", f"{words[0]} where {words[1]} is asked", "", actual, expected)
    precise = isinstance(expected, Tensor) and is_inexact(want)
    return compare_tensors(got, want, replace(terms, exact_dtype=False), want.dtype if precise else torch.float32)


def compare_tensors(
    actual: Tensor, expected: Tensor, terms: Terms, precision: torch.dtype | None = None
) -> Mismatch | None:
    """Shape, dtype, finiteness, values. `precision`: the dtype whose tolerances hold, by default that of `expected`."""
    if actual.shape != expected.shape:
        problem, vague = said_of_shapes(actual, shown_shape(expected), tuple(expected.shape))
        return Mismatch("shape", problem, actual=actual, expected=expected, vague=vague)
    if actual.dtype != expected.dtype and terms.exact_dtype:
        problem = f"dtype {shown_dtype(actual)} where {shown_dtype(expected)} is asked"
        return Mismatch("dtype", problem, actual=actual, expected=expected)
    dtypes = {actual.dtype, expected.dtype}
    if len(dtypes) > 1:
        precision = precision or looser(dtypes)
        wide = torch.complex128 if any(dtype.is_complex for dtype in dtypes) else torch.float64
        actual, expected = actual.to(wide), expected.to(wide)
    atol, rtol = tolerances(expected, terms, precision)
    if _close(actual, expected, atol, rtol):
        return None
    return _not_finite(actual, expected, atol, rtol) or _wrong_values(actual, expected, atol, rtol)


def _close(actual: Tensor, expected: Tensor, atol: float, rtol: float) -> bool:
    if atol == rtol == 0 and not is_inexact(expected):
        return torch.equal(actual, expected)
    if not is_inexact(expected):
        actual, expected = actual.double(), expected.double()
    return torch.allclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def _not_finite(actual: Tensor, expected: Tensor, atol: float, rtol: float) -> Mismatch | None:
    if not is_inexact(actual):
        return None
    same = (actual == expected) | (actual.isnan() & expected.isnan())
    off = ~(actual.isfinite() & expected.isfinite()) & ~same
    if not off.any():
        return None
    counts = {
        "NaN": off & actual.isnan(),
        "infinite": off & actual.isinf(),
        "finite where it should not be": off & actual.isfinite(),
    }
    found = {words: int(hits.sum()) for words, hits in counts.items() if hits.any()}
    problem, vague = next(iter(found)), ""
    if actual.ndim:
        problem = f"of {actual.numel()} elements, {', '.join(f'{count} {words}' for words, count in found.items())}"
        vague = f"some elements are {' and some '.join(found)}"
    details = _at(off.nonzero()[0].tolist(), actual, expected)
    return Mismatch("finite", problem, details, actual, expected, atol=atol, rtol=rtol, vague=vague)


def _wrong_values(actual: Tensor, expected: Tensor, atol: float, rtol: float) -> Mismatch:
    wide = torch.complex128 if expected.is_complex() else torch.float64
    a, e = actual.to(wide), expected.to(wide)
    off = ~torch.isclose(a, e, rtol=rtol, atol=atol, equal_nan=True)
    if not off.any():  # integers beyond 2^53, which float64 cannot tell apart
        off = actual != expected
    difference = torch.where(off, (a - e).abs(), -1.0)
    flat = int(difference.argmax())
    index = [int(i) for i in np.unravel_index(flat, tuple(actual.shape))] if actual.ndim else []
    details = _at(index, actual, expected)
    if expected.dtype != torch.bool:
        allowed = atol + rtol * float(e[tuple(index)].abs())
        details += f" (difference {difference.max():.3g}, allowed {allowed:.3g})"
    count, total = int(off.sum()), actual.numel()
    form = f" (shape {tuple(expected.shape)})" if actual.ndim else ""
    problem = f"{count} of {total} elements are off{form}" if total > 1 else f"wrong value{form}"
    vague = f"{'every element is' if count == total else 'elements are'} off{form}" if total > 1 else problem
    if total == 1 and not is_inexact(expected) and actual.dtype == expected.dtype:
        problem, details = f"{actual.item()} where {expected.item()} is asked", ""
    if 1 < total <= 10:
        details += f"\ngot      {_listed(actual)}\nexpected {_listed(expected)}"
    return Mismatch("value", problem, details, actual, expected, atol=atol, rtol=rtol, vague=vague)


# ---------------------------------------------------------------- everything else


def _compare_plain(actual: Any, expected: Any, terms: Terms) -> Mismatch | None:
    """Text, None, torch.dtype, slices …: the same type and equal."""
    if type(actual) is not type(expected):
        return _wrong_kind(actual, expected)
    if actual == expected:
        return None
    problem, details = "wrong value", _pair(actual, expected)
    if isinstance(expected, str) and len(actual) <= LONGEST_WORD:
        problem, details = f"{actual!r} where {expected!r} is asked", ""
    return Mismatch("value", problem, details, actual, expected, vague="wrong value")


def _compare_dict(actual: Any, expected: dict[Any, Any], terms: Terms) -> Mismatch | None:
    if not isinstance(actual, dict):
        return _wrong_kind(actual, expected)
    missing = sum(key not in actual for key in expected)
    extra = len(actual) - len(expected) + missing  # no set of them: keys can be made that are hard to tell apart
    if missing or extra:
        counts = {words: count for words, count in (("missing", missing), ("too many", extra)) if count}
        problem = f"wrong keys, {' and '.join(f'{count} {words}' for words, count in counts.items())}"
        details = f"got the keys {list(actual)[:MOST_KEYS]}, expected {list(expected)}"
        return Mismatch(
            "length", problem, details, actual, expected, vague=f"wrong keys, some {' and some '.join(counts)}"
        )
    parts = ((key, compare(actual[key], value, terms)) for key, value in expected.items())
    return next((found.inside("[…]", repr(key)) for key, found in parts if found), None)


def _compare_sequence(actual: Any, expected: Sequence[Any], terms: Terms) -> Mismatch | None:
    """Lists and tuples stand for each other, but a result with named fields must have those names."""
    if not isinstance(actual, list | tuple) or is_named(expected) and not is_named(actual):
        return _wrong_kind(actual, expected)
    fields = getattr(expected, "_fields", None)
    if fields and actual._fields != fields:  # type: ignore[union-attr]
        return _wrong_kind(actual, expected)
    if len(actual) != len(expected):
        problem, details = f"too {'many' if len(actual) > len(expected) else 'few'} items", f"{len(actual)} of them"
        return Mismatch("length", f"{problem} where {len(expected)} are asked", details, actual, expected)
    vectors = None if fields else _as_vectors(actual, expected)
    if vectors:
        return compare_tensors(*vectors, terms, torch.float32)
    steps = [f".{field}" for field in fields] if fields else [f"[{i}]" for i in range(len(expected))]
    parts = ((step, compare(a, e, terms)) for step, a, e in zip(steps, actual, expected, strict=True))
    return next((found.inside(step) for step, found in parts if found), None)


def _as_vectors(actual: Sequence[Any], expected: Sequence[Any]) -> tuple[Tensor, Tensor] | None:
    """Lists of numbers, or of tensors of one number, as vectors, so that they are counted and recognised as one."""
    sides = [[_as_number(value) for value in side] for side in (actual, expected)]
    kinds = {type(value) for side in sides for value in side}
    if len(expected) < 2 or not (kinds == {bool} or kinds <= {int, float}):
        return None
    try:
        dtype = torch.float64 if float in kinds else None
        got, want = (torch.tensor(side, dtype=dtype) for side in sides)
    except (ValueError, RuntimeError):  # an int beyond 64 bits
        return None
    return got, want


def _as_number(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor | np.generic) and not value.ndim else value


def _wrong_kind(actual: Any, expected: Any) -> Mismatch:
    fields = f" ({', '.join(expected._fields)})" if is_named(expected) else ""
    got = "a result with other fields" if fields and is_named(actual) else kind_of(actual)
    problem = f"{got} where {kind_of(expected)}{fields} is asked"
    return Mismatch("kind", problem, "", actual, expected)


_KINDS: tuple[tuple[Any, str], ...] = (
    (type(None), "None"),
    (bool, "True or False"),
    ((int, float, complex, np.generic), "a number"),
    (str, "a text"),
    (Tensor, "a tensor"),
    (np.ndarray, "a NumPy array"),
    (dict, "a dictionary"),
    (tuple, "a tuple"),
    (list, "a list"),
    (torch.dtype, "a dtype"),
    (type, "a class"),
)

_Comparer = Callable[[Any, Any, Terms], Mismatch | None]
_COMPARERS: tuple[tuple[Any, _Comparer], ...] = (
    ((Tensor, np.ndarray, bool, int, float, complex, np.generic), _compare_numeric),
    (dict, _compare_dict),
    ((list, tuple), _compare_sequence),
    (object, _compare_plain),
)


# ---------------------------------------------------------------- words


class _Shown(NamedTuple):
    got: str
    expected: str


def shown_shape(tensor: Tensor) -> str:
    return str(tuple(tensor.shape)) if tensor.ndim else "() (a single number)"


def said_of_shapes(actual: Tensor, asked: str, sizes: tuple[int, ...]) -> tuple[str, str]:
    """Problem of a wrong shape, openly and vaguely. A shape with sizes of its own is told openly alone: a submission
    could write hidden inputs into it."""
    problem, few = f"shape {shown_shape(actual)} where {asked} is asked", actual.ndim <= len(sizes) + 2
    vague = f"another shape where {asked} is asked"
    if few and {1, *sizes, math.prod(sizes)} >= set(actual.shape):
        return problem, problem
    return (problem if few else f"{actual.ndim} axes where {asked} is asked"), vague


def shown_dtype(tensor: Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _at(index: list[int], actual: Tensor, expected: Tensor) -> str:
    place = f"worst at {index}: " if index else ""
    return place + _pair(actual[tuple(index)].item(), expected[tuple(index)].item())


def _pair(actual: Any, expected: Any) -> str:
    """Both values, with as many digits as it takes to tell them apart."""
    shown = _Shown(repr(actual), repr(expected))
    if isinstance(actual, float) and isinstance(expected, float):
        pairs = (_Shown(f"{actual:.{n}g}", f"{expected:.{n}g}") for n in (6, 9, 12))
        shown = next((pair for pair in pairs if pair.got != pair.expected), shown)
    return f"got {shown.got}, expected {shown.expected}"


def _listed(tensor: Tensor) -> str:
    return str(_rounded(tensor.tolist()))


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value
