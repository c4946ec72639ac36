"""What a learner's code finds as sys.stdin, sys.stdout and sys.stderr: real text streams, whatever lies around them.

Input is empty. What is written goes on as bytes, and no code can close the way there. Standard library only.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Sink = Callable[[bytes], object]
NAMES = {1: "stdout", 2: "stderr"}


class Kept:
    """The first `limit` bytes of what is printed."""

    def __init__(self, limit: int):
        self._limit, self._data, self._left_out = limit, bytearray(), 0

    def add(self, data: bytes) -> None:
        kept = data[: max(0, self._limit - len(self._data))]
        self._data += kept
        self._left_out += len(data) - len(kept)

    def take(self) -> str:
        """What was printed since the last time; where there was more, whole lines and a last one that says so."""
        data, left_out = bytes(self._data), self._left_out
        if left_out and b"\n" in data:
            data, _, rest = data.rpartition(b"\n")
            left_out += len(rest)
        text = data.decode("utf-8", "replace") + (f"\n[... {left_out:,} bytes left out]\n" if left_out else "")
        self._data.clear()
        self._left_out = 0
        return text


class _Raw(io.RawIOBase):
    """Hands bytes on. Other processes get `fileno`, the standard descriptor, and write where that leads."""

    mode = "wb"

    def __init__(self, descriptor: int, sink: Sink):
        self._descriptor, self.sink = descriptor, sink
        self.name = f"<{NAMES[descriptor]}>"

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.sink(bytes(view))
        return view.nbytes

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def close(self) -> None:
        """Stays open: a stream that a learner laid over it closes it when it is forgotten."""


class _Nothing(io.RawIOBase):
    """An input that has ended."""

    name, mode = "<stdin>", "rb"

    def readinto(self, buffer: Any) -> int:
        return 0

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 0


class _Buffer(io.BufferedWriter):
    def close(self) -> None:
        self.flush()


class Streams:
    """A learner's three standard streams. `install` puts them in place, mended where code has taken them apart."""

    def __init__(self, out: Sink, err: Sink):
        self._raws = {1: _Raw(1, out), 2: _Raw(2, err)}
        self._texts = {descriptor: self._text(descriptor) for descriptor in self._raws}
        self._input = _empty()

    def lead_to(self, out: Sink, err: Sink) -> None:
        """From now on, what is written goes to these."""
        self._raws[1].sink, self._raws[2].sink = out, err

    def install(self) -> None:
        """Make them sys.stdin, sys.stdout and sys.stderr, which only who calls can undo."""
        if self._input.closed:
            self._input = _empty()
        sys.stdin = self._input
        for descriptor, name in NAMES.items():
            if not _whole(self._texts[descriptor]):
                self._texts[descriptor] = self._text(descriptor)
            setattr(sys, name, self._texts[descriptor])

    def flush(self) -> None:
        """Hand on what is still held back, in streams that a learner put in their place too."""
        for stream in (sys.stdout, sys.stderr, *self._texts.values()):
            with suppress(Exception):
                stream.flush()

    def _text(self, descriptor: int) -> io.TextIOWrapper:
        text = io.TextIOWrapper(_Buffer(self._raws[descriptor]), "utf-8", "replace", line_buffering=True)
        text.mode = "w"  # type: ignore[misc]
        return text


def _empty() -> io.TextIOWrapper:
    text = io.TextIOWrapper(io.BufferedReader(_Nothing()), "utf-8")
    text.mode = "r"  # type: ignore[misc]
    return text


def _whole(text: io.TextIOWrapper) -> bool:
    """Whether it can be written to: not when its buffer, or that one's raw stream, has been taken out of it."""
    try:
        text.flush()
        return not text.closed
    except ValueError:
        return False
