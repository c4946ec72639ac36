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
from collections import namedtuple
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import safetensors.torch
import torch

MAGIC = b"LMI1"
HEADER = struct.Struct(">4sIQ")
JSON_LIMIT = 32 * 2**20
DEPTH_LIMIT = 50
PLAIN = (bool, int, float, str)
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
    return namedtuple(name, fields, rename=True)(*values)


def unpack(
    tree: Any,
    tensors: dict[str, torch.Tensor],
    open_handle: Callable[[dict[str, Any]], Any],
    record: Record = plain_record,
) -> Any:
    """Rebuild a value from `pack`'s two parts; `record` makes what has named fields.

    Raises `ProtocolError` for anything that `pack` could not have made.
    """

    def walk(x: Any) -> Any:
        if x is None or type(x) in PLAIN:
            return x
        if isinstance(x, list):
            return [walk(item) for item in x]
        kind = x.get("$") if isinstance(x, dict) else None
        if kind == "handle":
            return open_handle(x)
        if kind in ("tensor", "array"):
            tensor = _unpack_tensor(x, tensors)
            return tensor if kind == "tensor" else tensor.numpy()
        if kind == "record":
            return record(x["name"], x["fields"], [walk(value) for value in x["v"]])
        if kind in _REBUILD:
            return _REBUILD[kind](x, walk)
        raise ProtocolError(f"a reply holds an unknown kind of value: {kind!r}")

    try:
        return walk(tree)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, RuntimeError) as error:
        raise ProtocolError(f"a reply is malformed ({type(error).__name__})") from None


def _dtype(x: dict[str, Any]) -> torch.dtype:
    dtype = getattr(torch, x["v"])
    if not isinstance(dtype, torch.dtype):
        raise ProtocolError(f"unknown dtype {x['v']!r}")
    return dtype


_REBUILD: dict[str, Callable[[dict[str, Any], Callable[[Any], Any]], Any]] = {
    "dtype": lambda x, walk: _dtype(x),
    "complex": lambda x, walk: complex(*x["v"]),
    "bytes": lambda x, walk: bytes.fromhex(x["v"]),
    "slice": lambda x, walk: slice(*map(walk, x["v"])),
    "dict": lambda x, walk: {walk(k): walk(v) for k, v in x["v"]},
    "tuple": lambda x, walk: tuple(map(walk, x["v"])),
    "set": lambda x, walk: set(map(walk, x["v"])),
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
    raw = safetensors.torch.save(tensors) if tensors else b""
    return HEADER.pack(MAGIC, len(text), len(raw)) + text + raw


def decode(read: Callable[[int], bytes], tensor_limit: int) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Read one frame with `read(n)`, which returns exactly n bytes. Sizes are checked before anything is read."""
    magic, text_size, raw_size = HEADER.unpack(read(HEADER.size))
    if magic != MAGIC:
        raise ProtocolError("something other than the grader's guest wrote to the channel")
    if text_size > JSON_LIMIT or raw_size > tensor_limit:
        size, limit = (text_size + raw_size) / 2**20, tensor_limit / 2**20
        raise ProtocolError(f"a reply is larger than allowed ({size:.0f} MiB, the limit is {limit:.0f} MiB)")
    text, raw = read(text_size), read(raw_size)
    try:
        message = json.loads(text)
        tensors = safetensors.torch.load(raw) if raw else {}
    except Exception as error:
        raise ProtocolError(f"a reply is malformed ({type(error).__name__})") from None
    if not isinstance(message, dict):
        raise ProtocolError("a reply is not an object")
    return message, tensors
