"""What may cross between host and guest: frames of JSON structure and raw tensors, and nothing else.

A frame is `magic, length of the JSON, length of the tensors` followed by both. Tensors travel as safetensors.
Nothing is ever pickled: decoding a frame can only yield the plain types listed in `pack`, or raise `ProtocolError`.
Both sides use this file, so it imports nothing of the engine.
"""

from __future__ import annotations

import dataclasses
import json
import struct
import sys
import time
from collections import namedtuple
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch

MAGIC = b"LMI1"
HEADER = struct.Struct(">4sIQ")
JSON_LIMIT = 32 * 2**20
DEPTH_LIMIT = 50
MESSAGE, TRACEBACK = (4000, 100), (8000, 150)  # characters and lines of an exception that are kept
REPLY_VALUES = 10**6  # in one reply; counted before it is parsed
REPLY_HEADER = 4 * 2**20  # bytes that name the tensors of a reply
REPLY_RECORDS, RECORD_FIELDS, NAME_LENGTH = 64, 100, 100  # kinds of records in one reply; fields and letters of each
REBUILD_SECONDS = 5.0
LARGEST_INT = 2**1023  # any larger has no float to be compared as
BYTES_A_NUMBER = 4  # as which each number of a reply counts at least: what computes on it needs more than a byte
PLAIN = (bool, int, float, str)
DTYPES = {str(value).removeprefix("torch."): value for value in vars(torch).values() if isinstance(value, torch.dtype)}
COMPLEX = {torch.complex64: torch.float32, torch.complex128: torch.float64}
NUMPY_KINDS = "biufc"


class ProtocolError(Exception):
    """The other side sent something that is not a well-formed frame."""


# ---------------------------------------------------------------- values


def pack(value: Any, keep: Callable[[Any], dict[str, Any]]) -> tuple[Any, dict[str, torch.Tensor]]:
    """Split a value into JSON structure and tensors. What is not data goes to `keep`, which answers with its handle.

    Data is: None, bool, int, float, complex, str, bytes, list, tuple, set, dict, slice, torch and numpy arrays, dtypes,
    and named tuples and dataclasses of these.
    """
    tensors: dict[str, torch.Tensor] = {}

    def add(tensor: torch.Tensor) -> str:
        key = str(len(tensors))
        tensors[key] = tensor
        return key

    def walk(x: Any, depth: int) -> Any:
        if depth > DEPTH_LIMIT:
            raise ProtocolError(f"a value is nested more than {DEPTH_LIMIT} deep")
        if x is None or type(x) in PLAIN:
            return x
        if isinstance(x, torch.Tensor):
            return _pack_tensor(x, add)
        if isinstance(x, np.ndarray) and x.dtype.kind in NUMPY_KINDS:
            return _pack_tensor(torch.from_numpy(np.array(x, order="C")), add) | {"$": "array"}
        if isinstance(x, np.generic) and x.dtype.kind in NUMPY_KINDS:
            return walk(x.item(), depth)
        if isinstance(x, torch.dtype):
            return {"$": "dtype", "v": str(x).removeprefix("torch.")}
        if isinstance(x, (complex, bytes)):
            return {"$": type(x).__name__, "v": [x.real, x.imag] if isinstance(x, complex) else x.hex()}
        if isinstance(x, slice):
            return {"$": "slice", "v": [walk(part, depth + 1) for part in (x.start, x.stop, x.step)]}
        if isinstance(x, dict):
            return {"$": "dict", "v": [[walk(k, depth + 1), walk(v, depth + 1)] for k, v in x.items()]}
        if fields := _record_fields(x):
            values = [walk(getattr(x, f), depth + 1) for f in fields]
            return {"$": "record", "name": type(x).__name__, "fields": fields, "v": values}
        if isinstance(x, list):
            return [walk(item, depth + 1) for item in x]
        if isinstance(x, (tuple, set, frozenset)):
            return {"$": "tuple" if isinstance(x, tuple) else "set", "v": [walk(item, depth + 1) for item in x]}
        for plain in (int, float, str):
            if isinstance(x, plain):
                return plain(x)
        return keep(x)

    return walk(value, 0), tensors


Record = Callable[[str, list[str], list[Any]], Any]


def plain_record(name: str, fields: list[str], values: list[Any]) -> Any:
    return _record_class(name, tuple(fields))(*values)


@lru_cache(maxsize=4 * REPLY_RECORDS)
def _record_class(name: str, fields: tuple[str, ...]) -> Any:
    if len(fields) > RECORD_FIELDS or max(map(len, (name, *fields))) > NAME_LENGTH:
        raise ProtocolError(f"a record has more than {RECORD_FIELDS} fields, or a name of more letters than that")
    return namedtuple(name, fields, rename=True)


def unpack(
    tree: Any,
    tensors: dict[str, torch.Tensor],
    open_handle: Callable[[dict[str, Any]], Any],
    record: Record = plain_record,
) -> Any:
    """Rebuild a value from `pack`'s two parts; `record` makes what has named fields.

    Raises `ProtocolError` for anything that `pack` could not have made, and what `open_handle` raises.
    """
    try:
        return _Rebuilding(tensors, open_handle, record).value(tree, 0)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError, MemoryError) as error:
        raise ProtocolError(f"a reply is malformed ({type(error).__name__})") from None


class _Rebuilding:
    """One value on its way back from JSON structure and tensors, with what that may take."""

    def __init__(
        self, tensors: dict[str, torch.Tensor], open_handle: Callable[[dict[str, Any]], Any], record: Record
    ) -> None:
        self._tensors, self._open_handle, self._record = tensors, open_handle, record
        self._records = set[tuple[str, ...]]()
        self._deadline = time.monotonic() + REBUILD_SECONDS

    def value(self, x: Any, depth: int) -> Any:
        if x is None or type(x) in PLAIN:
            if type(x) is int and not -LARGEST_INT < x < LARGEST_INT:
                raise ProtocolError("a whole number is beyond the range of floats")
            return x
        if depth > DEPTH_LIMIT:
            raise ProtocolError(f"a value is nested more than {DEPTH_LIMIT} deep")
        self._heed_the_time()
        if isinstance(x, list):
            return self._each(x, depth)
        kind = x.get("$") if isinstance(x, dict) else None
        if kind == "handle":
            return self._open_handle(x)
        if kind in ("tensor", "array"):
            tensor = _unpack_tensor(x, self._tensors)
            return tensor if kind == "tensor" else tensor.numpy()
        if kind == "record":
            return self._named(x["name"], x["fields"], self._each(x["v"], depth))
        if kind == "dict":
            return self._dict(x["v"], depth)
        if kind == "set":
            return self._set(x["v"], depth)
        if kind in _OF_PARTS:
            return _OF_PARTS[kind](self._each(x["v"], depth))
        if kind in _OF_TEXT:
            return _OF_TEXT[kind](x["v"])
        raise ProtocolError("a reply holds an unknown kind of value")

    def _each(self, items: Sequence[Any], depth: int) -> list[Any]:
        return [self.value(item, depth + 1) for item in items]

    def _dict(self, pairs: Sequence[Any], depth: int) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key, value in pairs:
            made[self.value(key, depth + 1)] = self.value(value, depth + 1)
            self._heed_the_time()  # keys may be hard to tell apart
        if len(made) < len(pairs):
            raise ProtocolError("a dictionary has the same key twice")
        return made

    def _set(self, items: Sequence[Any], depth: int) -> set[Any]:
        made: set[Any] = set()
        for item in items:
            made.add(self.value(item, depth + 1))
            self._heed_the_time()
        return made

    def _heed_the_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise ProtocolError(f"a reply takes more than {REBUILD_SECONDS:.0f} s to be rebuilt")

    def _named(self, name: str, fields: list[str], values: list[Any]) -> Any:
        self._records.add((name, *fields))
        if len(self._records) > REPLY_RECORDS:
            raise ProtocolError(f"a reply holds more than {REPLY_RECORDS} kinds of records")
        return self._record(name, fields, values)


_OF_PARTS: dict[str, Callable[[list[Any]], Any]] = {"tuple": tuple, "slice": lambda parts: slice(*parts)}
_OF_TEXT: dict[str, Callable[[Any], Any]] = {
    "dtype": lambda v: DTYPES[v],
    "complex": lambda v: complex(*v),
    "bytes": lambda v: bytes.fromhex(v),
}


def records_for(function: Any) -> Record:
    """Makes records of the classes that the function's own module knows by their names, where the fields are the same.

    Such a class is given the values of its fields and nothing else. Only for the side on which the function runs.
    """
    known = getattr(sys.modules.get(str(getattr(function, "__module__", None))), "__dict__", {})

    def record(name: str, fields: list[str], values: list[Any]) -> Any:
        own = known.get(name)
        if isinstance(own, type) and _fields_of(own) == fields:
            with suppress(Exception):  # a class that cannot be made of its fields
                return own(**dict(zip(fields, values, strict=True)))
        return plain_record(name, fields, values)

    return record


def _record_fields(x: Any) -> list[str]:
    return [] if isinstance(x, type) else _fields_of(type(x))


def _fields_of(kind: type) -> list[str]:
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return list(kind._fields)
    if dataclasses.is_dataclass(kind):
        return [f.name for f in dataclasses.fields(kind)]
    return []


def _pack_tensor(tensor: torch.Tensor, add: Callable[[torch.Tensor], str]) -> dict[str, Any]:
    with torch._C.DisableTorchFunctionSubclass():
        plain = tensor.detach().to_dense() if tensor.layout != torch.strided else tensor.detach()
        plain = plain.cpu().resolve_conj().resolve_neg().as_subclass(torch.Tensor)
        if plain.dtype in COMPLEX:
            return {"$": "tensor", "i": add(torch.view_as_real(plain).contiguous().clone()), "complex": True}
        return {"$": "tensor", "i": add(plain.clone(memory_format=torch.contiguous_format))}


def _unpack_tensor(x: dict[str, Any], tensors: dict[str, torch.Tensor]) -> torch.Tensor:
    tensor = tensors[x["i"]]
    return torch.view_as_complex(tensor) if x.get("complex") else tensor


# ---------------------------------------------------------------- frames


def encode(message: dict[str, Any], tensors: dict[str, torch.Tensor]) -> bytes:
    """One frame, ready to send."""
    text = json.dumps(message).encode()
    raw = _serialized(tensors) if tensors else b""
    return HEADER.pack(MAGIC, len(text), len(raw)) + text + raw


def _serialized(tensors: dict[str, torch.Tensor]) -> bytes:
    """As `safetensors.torch.save`, which looks for shared storage first and takes eight times as long; `pack` leaves
    no tensor that shares, or is not contiguous or elsewhere."""
    specs = {
        key: safetensors.TensorSpec(
            dtype=str(tensor.dtype).removeprefix("torch."),
            shape=tensor.shape,
            data_ptr=tensor.data_ptr(),
            data_len=tensor.nbytes,
        )
        for key, tensor in tensors.items()
    }
    return bytes(safetensors.serialize(specs))


def decode(
    read: Callable[[int], bytes], tensor_limit: int, reply: bool = False
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Read one frame with `read(n)`, which returns exactly n bytes. Sizes are checked before anything is read.

    A `reply` is a guest's: it could hold anything, so what its text and tensors would grow to is checked as well.
    """
    magic, text_size, raw_size = HEADER.unpack(read(HEADER.size))
    if magic != MAGIC:
        raise ProtocolError("something other than the grader's guest wrote to the channel")
    if text_size > JSON_LIMIT or raw_size > tensor_limit:
        size, limit = (text_size + raw_size) / 2**20, tensor_limit / 2**20
        raise ProtocolError(f"a reply is larger than allowed ({size:.0f} MiB, the limit is {limit:.0f} MiB)")
    text, raw = read(text_size), read(raw_size)
    if reply:
        _refuse_many(text, raw)
    try:
        message = json.loads(text, object_pairs_hook=_once if reply else None)
        tensors = safetensors.torch.load(raw) if raw else {}
    except Exception as error:
        raise ProtocolError(f"a reply is malformed ({type(error).__name__})") from None
    if not isinstance(message, dict):
        raise ProtocolError("a reply is not an object")
    if reply and BYTES_A_NUMBER * sum(tensor.numel() for tensor in tensors.values()) > tensor_limit:
        raise ProtocolError(f"a reply holds more than {tensor_limit // BYTES_A_NUMBER // 10**6} million numbers")
    return message, tensors


def _refuse_many(text: bytes, raw: bytes) -> None:
    """Every value but the first stands behind one of these marks; a mark in a text counts, too."""
    if sum(map(text.count, (b",", b"[", b"{", b":"))) > REPLY_VALUES:
        raise ProtocolError(f"a reply holds more than {REPLY_VALUES:,} values")
    if int.from_bytes(raw[:8], "little") > REPLY_HEADER:
        raise ProtocolError("a reply holds too many tensors")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("the same key twice")
    return made
