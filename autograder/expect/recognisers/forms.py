"""Wrong shapes, dtypes and kinds of value, and the likely cause."""

from __future__ import annotations

from collections.abc import Container, Mapping
from itertools import permutations
from math import prod
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.expect.inputs import names_of, quoted

Shape = tuple[int, ...]
FEW = 3  # sizes up to it differ by one for many reasons


def shape_sentence(
    got: Shape, want: Shape, sizes: Mapping[str, int] | None = None, given: Container[int] = ()
) -> str | None:
    """`sizes`: the named axes of what the function was given; `given`: the sizes of all its axes."""
    differ = _differing(got, want)
    if named := _for_each(got, want, sizes or {}):
        return named
    if len(differ) == 1 and 1 < got[differ[0]] in given:
        return None  # another axis, whose name is not known: that it is one more or less says nothing
    return next((sentence for cause in _SHAPE_CAUSES if (sentence := cause(got, want))), None)


def _for_each(got: Shape, want: Shape, sizes: Mapping[str, int]) -> str | None:
    """One axis has the size of another thing that was given."""
    differ = _differing(got, want)
    if len(differ) != 1 or got[differ[0]] == 1 or sorted(got) == sorted(want):
        return None
    found, asked = (names_of(shape[differ[0]], sizes) for shape in (got, want))
    if not 1 <= len(found) <= 2 or len(asked) != 1:
        return None
    came = " or ".join(map(quoted, found))
    return f"Along axis {differ[0]} one value for each {came} came; for each {quoted(asked[0])} was asked."


def _size_one(got: Shape, want: Shape) -> str | None:
    """An axis of size 1 too many or too few."""
    if len(got) == len(want) or _squeezed(got) != _squeezed(want):
        return None
    if len(got) > len(want):
        places = [axis for axis in range(len(got)) if _without(got, axis) == want and got[axis] == 1]
        where = f"axis {places[0]} of size 1 is" if places else "axes of size 1 are"
        return f"There is one too many: {where} left over (keepdim, unsqueeze, a batch of one, no sum or flatten)."
    places = [axis for axis in range(len(want)) if _without(want, axis) == got and want[axis] == 1]
    if places == [0]:
        return "The batch axis is missing: axis 0 of size 1 has to be kept."
    where = f"axis {places[0]} of size 1 has" if places else "axes of size 1 have"
    return f"An axis is missing: {where} to be kept (keepdim=True or unsqueeze)."


def _single(got: Shape, want: Shape) -> str | None:
    if want == ():
        return "A single number is asked: what is left has to be summed, averaged or selected from."
    if got == ():
        return "A single number came back; an axis (or more) has to stay."
    return None


def _missing_axis(got: Shape, want: Shape) -> str | None:
    places = [axis for axis in range(len(want)) if _without(want, axis) == got]
    if not places:
        return None
    if places == [0]:
        return (
            f"The first axis (size {want[0]}), usually the batch, is missing: summed, averaged, or only one was done."
        )
    if len(places) == 1:
        return f"Axis {places[0]} (size {want[places[0]]}) is missing, as when it is summed, averaged or selected away."
    return f"One axis of size {want[places[0]]} is missing, as when it is summed, averaged or selected away."


def _extra_axis(got: Shape, want: Shape) -> str | None:
    places = [axis for axis in range(len(got)) if _without(got, axis) == want]
    if not places:
        return None
    size = got[places[0]]
    if len(places) > 1:
        return (
            f"An axis of size {size} is too many, as when a sum, mean, norm or selection over it is missing, "
            f"or ({size},) meets ({size}, 1) and is broadcast."
        )
    return f"Axis {places[0]} (size {size}) is too many, as when a sum, mean, norm or selection over it is missing."


def _broadcast(got: Shape, want: Shape) -> str | None:
    differ = _differing(got, want)
    if len(differ) != 1:
        return None
    axis = differ[0]
    if want[axis] == 1:
        others = [size for other, size in enumerate(got) if other != axis]
        cause = ", as when (n,) meets (n, 1) and is broadcast" if got[axis] in others else ""
        return f"Axis {axis} should have size 1{cause}." if others else None
    if got[axis] == 1:
        cause = ", as if summed, averaged, or only one was done" if len(want) > 1 else ""
        return f"Axis {axis} has size 1 where {want[axis]} is asked{cause}."
    if abs(got[axis] - want[axis]) == 1 and got[axis] not in want and max(got[axis], want[axis]) > FEW:
        return f"Axis {axis} is one element too {'long' if got[axis] > want[axis] else 'short'}."
    return None


def _reordered(got: Shape, want: Shape) -> str | None:
    if len(got) != len(want) or sorted(got) != sorted(want):
        return None
    if len(want) == 2:
        return "The shape is transposed: rows and columns are swapped."
    orders = [order for order in permutations(range(len(want))) if tuple(got[axis] for axis in order) == want]
    if len(want) > 5 or len(orders) != 1:
        return "The axes are in another order: a permute (or transpose) is missing or too many."
    moved = [axis for axis, source in enumerate(orders[0]) if axis != source]
    if len(moved) == 2:
        return f"Axes {moved[0]} and {moved[1]} are swapped."
    return f"The axes are in another order: permute{orders[0]} would give the shape asked for."


def _regrouped(got: Shape, want: Shape) -> str | None:
    if prod(got) != prod(want) or prod(want) == 0:
        return None
    if len(got) == 1:
        return "The result is flattened: the number of elements is right, the axes are gone."
    if len(want) == 1:
        return "The result should be flattened to one axis."
    if len(got) < len(want):
        return "Axes are merged that should stay apart: the number of elements is right."
    if len(got) > len(want):
        return "Axes are apart that should be merged (flattened): the number of elements is right."
    return "The number of elements is right, but they are grouped into other axes."


def _several(got: Shape, want: Shape) -> str | None:
    """More axes missing or too many: in front, or anywhere where two or more that stay tell the others."""
    short, long = sorted((got, want), key=len)
    count = len(long) - len(short)
    if not count or not short:
        return None
    if long[count:] == short:
        which = f"The first {count} axes are"
    elif len(short) > 1 and _is_within(short, long):
        which = f"{count} axes are"
    else:
        return None
    if got is short:
        return f"{which} missing, as when summed, averaged, or only one was done."
    return f"{which} too many, as when a sum, mean or selection is missing."


_SHAPE_CAUSES = (_size_one, _single, _missing_axis, _extra_axis, _reordered, _broadcast, _regrouped, _several)


def _squeezed(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


def _is_within(short: Shape, long: Shape) -> bool:
    """Whether axes can be left out of the long shape so that the short one stays."""
    left = iter(long)
    return all(size in left for size in short)


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _differing(got: Shape, want: Shape) -> list[int]:
    if len(got) != len(want):
        return []
    return [axis for axis, (a, b) in enumerate(zip(got, want, strict=True)) if a != b]


# ---------------------------------------------------------------- dtypes and kinds


def dtype_sentence(got: torch.dtype, want: torch.dtype) -> str | None:
    if (got, want) == (torch.float32, torch.float64):
        return "float32 where float64 is asked: convert the inputs before computing, not the result afterwards."
    if want == torch.bool:
        return "True or False is asked: the result of a comparison, not numbers."
    if got == torch.bool:
        return "True or False came back where numbers are asked."
    if not want.is_floating_point and not want.is_complex and got.is_floating_point:
        return "Whole numbers are asked (indices, counts or labels), not floats."
    if want.is_floating_point and not got.is_floating_point and not got.is_complex:
        return "Integers came back where floats are asked."
    if got.is_complex and not want.is_complex:
        return "Complex numbers came back where real ones are asked: take the real part or the absolute value."
    return None


def kind_sentence(actual: Any, expected: Any) -> str | None:
    if actual is None and not isinstance(expected, int | float):  # a number may be None by right, and is not here
        return "None came back, as from a function without a return."
    if isinstance(expected, Tensor):
        if isinstance(actual, np.ndarray):
            return "A NumPy array came back: stay in torch, or convert with torch.from_numpy."
        if isinstance(actual, list | tuple):
            whole = actual and all(isinstance(item, Tensor) for item in actual)
            if whole and isinstance(actual, tuple):
                return "Several results came back where one tensor is asked."
            return f"A list came back: convert it with torch.{'stack' if whole else 'tensor'}."
    if isinstance(expected, tuple) and isinstance(actual, Tensor):
        return "One tensor came back where several results are asked."
    return None
