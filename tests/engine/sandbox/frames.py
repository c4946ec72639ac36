"""What a guest may send, sound or not, taken from bytes: for tests that try the boundary with anything."""

from __future__ import annotations

import io
import json
from typing import Any

import safetensors.torch
import torch

from autograder.learner import Learner, LearnerError, Sandboxed
from autograder.sandbox import GuestGone, protocol

LIMITS = {"submission_seconds": 1e9, "call_seconds": 1.0, "output_kb": 1, "reply_mb": 1}


TENSORS = {"0": torch.ones(3), "1": torch.ones(2, 2), "2": torch.zeros(0, dtype=torch.uint8)}
RAW = safetensors.torch.save(TENSORS)


def frame(message: Any, raw: bytes = RAW) -> bytes:
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    return protocol.HEADER.pack(protocol.MAGIC, len(text), len(raw)) + text + raw


def sent(data: bytes) -> bytes:
    """A frame made of any bytes; the first says how: an answer's text beside sound tensors, tensors beside a sound
    text, both, a structure, or the whole of a frame."""
    how, rest = data[:1], data[1:]
    if how == b"\1":
        return frame(rest)
    sound = {"value": [{"$": "tensor", "i": key} for key in TENSORS]}
    if how == b"\2":  # the tensors' header, of a size that is true
        header, _, values = rest.partition(b"\0\0")
        return frame(sound, len(header).to_bytes(8, "little") + header + values)
    if how == b"\3":
        text, _, raw = rest.partition(b"\0\0")
        return frame(text, raw)
    if how == b"\4":
        return frame({"value": built(rest)})
    if how == b"\5":
        return frame({"error": built(rest), "printed": built(rest[::-1])})
    return data


KINDS = (
    "tensor", "array", "record", "dict", "tuple", "set", "slice", "dtype", "complex", "bytes", "handle", "unknown",
)  # fmt: skip
KEYS = (
    "$", "v", "i", "id", "type", "name", "fields", "complex", "kind", "message", "traceback", "where", "file", "line",
    "function",
)  # fmt: skip
SCALARS = (
    None, True, 0, 1, -1, 1.5, float("nan"), float("inf"), 10**400, 2**70, "", "0", "1", "2", "9", "a", "float32",
    "compile", "00ff", "R", "__class__", "class", "\ud800", "\u202e::", "error", "ValueError", "SystemExit",
    "step00/m.py", "exercises/step00/m.py", "out_of_memory", "not_started",
)  # fmt: skip


def built(data: bytes) -> Any:
    """A structure, built step by step: each byte puts something on a pile or wraps what lies on its top."""
    pile: list[Any] = [None]
    for at, byte in enumerate(data[:400]):
        what, of = byte % 8, byte // 8
        if what < 3:
            pile.append(SCALARS[of % len(SCALARS)])
        elif what == 3:
            pile[-1 - of % 6 :] = [pile[-1 - of % 6 :]]
        elif what == 4:
            pile[-1] = {"$": KINDS[of % len(KINDS)], "v": pile[-1], "i": "0", "id": at, "type": "C", "name": "R"}
        elif what == 5 and len(pile) > 1 and isinstance(pile[-2], dict):
            value = pile.pop()
            pile[-1][KEYS[of % len(KEYS)]] = value
        elif what == 6:
            pile[-1] = {KEYS[of % len(KEYS)]: pile[-1]}
        else:
            pile[-1] = [pile[-1], *SCALARS[: of % 4]]
    return pile[-1]


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
