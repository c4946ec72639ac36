"""Seeded random inputs for tests: the same test draws the same values whenever its seed is the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor

T = TypeVar("T")


class Draw:
    """A test's own source of random inputs. Every tensor is a fresh one on the CPU."""

    def __init__(self, seed: int):
        self._generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        """Standard normal values."""
        return torch.randn(shape, generator=self._generator, dtype=dtype)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """Uniform values in [low, high)."""
        return low + (high - low) * torch.rand(shape, generator=self._generator, dtype=dtype)

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """Uniform int64 values in [low, high)."""
        return torch.randint(low, high, shape, generator=self._generator)

    def permutation(self, n: int) -> Tensor:
        """The numbers 0 … n − 1 in random order."""
        return torch.randperm(n, generator=self._generator)

    def choice(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[int(self.integers(0, len(options), 1))]

    def seed(self) -> int:
        """A fresh seed to hand to a learner's function."""
        return int(self.integers(0, 2**31, 1))

    def generator(self) -> torch.Generator:
        """A fresh generator."""
        return torch.Generator().manual_seed(self.seed())
