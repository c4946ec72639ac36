"""Things in groups in which no two meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def grouped(things: Iterable[T], meet: Callable[[T, T], bool], most: float = float("inf")) -> list[list[T]]:
    """Each joins the first group that holds fewer than `most` and nothing that it meets."""
    groups: list[list[T]] = []
    for thing in things:
        fit = (group for group in groups if len(group) < most and not any(meet(thing, other) for other in group))
        if (group := next(fit, None)) is None:
            groups.append(group := [])
        group.append(thing)
    return groups
