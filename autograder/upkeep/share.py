"""A share of many checks, so that several runs in a row make all of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


class ShareError(ValueError):
    """A share is not written as one; the message says how to."""


@dataclass(frozen=True)
class Share:
    """The `part`-th of `of` shares, counted from 1. A check's name alone says which it is in, whatever is added."""

    part: int = 1
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Share:
        """The share that a text such as "3/6" names. Raises ShareError."""
        found = re.fullmatch(r"(\d+)/(\d+)", text, re.ASCII)
        part, of = map(int, found.groups()) if found else (0, 0)
        if not 1 <= part <= of:
            raise ShareError(f"--share {text}: write which share of how many, from 1/6 to 6/6 for six of them")
        return cls(part, of)

    def holds(self, name: str) -> bool:
        """Whether the check of this name is in it."""
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % self.of == self.part - 1

    def __str__(self) -> str:
        return f"{self.part}/{self.of}"
