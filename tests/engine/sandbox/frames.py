"""What a guest may send, sound or not, taken from bytes: for tests that try the boundary with anything."""

from __future__ import annotations

import io
from typing import Any

from autograder.learner import Learner, LearnerError, Sandboxed
from autograder.sandbox import GuestGone, protocol

LIMITS = {"submission_seconds": 1e9, "call_seconds": 1.0, "output_kb": 1, "reply_mb": 1}


class _Answering:
    """A sandbox whose guests answer every request with these bytes."""

    def __init__(self, frame: bytes):
        self._frame = frame

    def open(self, *_: Any) -> _Answering:
        return self

    def request(self, *_: Any) -> Any:
        stream = io.BytesIO(self._frame)

        def read(size: int) -> bytes:
            data = stream.read(size)
            if len(data) < size:
                raise GuestGone("error", "the guest hung up")
            return data

        try:
            return protocol.decode(read, 2**20, reply=True)
        except protocol.ProtocolError as error:
            raise GuestGone("protocol", str(error)) from None


def received(frame: bytes) -> Any:
    """What a test gets of a guest that answers with these bytes: a value, or the LearnerError that it would see."""
    sandbox: Any = _Answering(frame)
    learner = Learner(Sandboxed(sandbox, {"step00/m.py": "def f(): ...\n"}, LIMITS), "step00")
    try:
        return learner.m.f()
    except LearnerError as error:
        return error
