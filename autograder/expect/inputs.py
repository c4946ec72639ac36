"""What the function was given whose result is compared: the names, sizes and values that a cause may be told by.

Whoever calls the function says so; where nobody does, no cause is told by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Input:
    """One thing that was given: a tensor, with the names that its annotation has for its axes, or a number."""

    name: str
    value: Tensor | int | float
    axes: tuple[str, ...] = ()


Inputs = Sequence[Input]

_given: ContextVar[Callable[[], Inputs]] = ContextVar("given", default=tuple)


def tell_inputs(given: Callable[[], Inputs]) -> None:
    """From now on, what was given is what `given` returns; it is asked only when a comparison has failed."""
    _given.set(given)


def inputs() -> Inputs:
    return tuple(_given.get()())


def named_axes(given: Inputs) -> dict[str, int]:
    """The sizes of named axes. A name with two sizes is none."""
    from torch import Tensor

    pairs = [
        pair for one in given if isinstance(one.value, Tensor) for pair in zip(one.axes, one.value.shape, strict=False)
    ]
    return {name: size for name, size in pairs if name.isidentifier() and all(s == size for n, s in pairs if n == name)}


def named_sizes(given: Inputs) -> dict[str, int]:
    """The sizes of named axes, and the whole numbers among the inputs."""
    numbers = {one.name: one.value for one in given if isinstance(one.value, int) and not isinstance(one.value, bool)}
    return numbers | named_axes(given)


def names_of(size: int, sizes: Mapping[str, int]) -> list[str]:
    """The names that have this size."""
    return [name for name, other in sizes.items() if other == size]


def quoted(name: str) -> str:
    return f'"{name}"'
