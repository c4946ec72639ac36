"""What solutions often import: there before a learner's code is, in a process that forks for each run of it."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module


def import_often_used() -> None:
    """Import einops and jaxtyping, where they are installed."""
    for name in ("einops", "jaxtyping"):
        with suppress(ImportError):
            import_module(name)
