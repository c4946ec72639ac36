"""What went wrong in a class: mistakes, how many made each, and where staff can look."""

from __future__ import annotations

from typing import NamedTuple


class Slip(NamedTuple):
    """One mistake in one exercise, by all who made it.

    `says`: what a known one does; None for one that nothing explains, of which `message` is what a first test said.
    """

    says: str | None
    message: str
    submissions: tuple[str, ...]


class WentWrong(NamedTuple):
    """One exercise that somebody has wrong; the mistake that most made comes first."""

    exercise: str
    title: str
    slips: tuple[Slip, ...]
    others: tuple[str, ...]  # wrong in a way of their own
