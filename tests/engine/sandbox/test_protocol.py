"""Only plain data crosses between host and guest, and whatever does not fit is refused."""

import dataclasses
import json
import pickle
from collections import namedtuple

import numpy as np
import pytest
import torch

from autograder.sandbox import protocol

Point = namedtuple("Point", "x y")


@dataclasses.dataclass
class Pair:
    left: torch.Tensor
    right: int


def refuse(value):
    raise TypeError(f"not data: {type(value).__name__}")


def there_and_back(value):
    tree, tensors = protocol.pack(value, refuse)
    frame = protocol.encode({"value": tree}, tensors)
    message, tensors = protocol.decode(reader(frame), len(frame))
    return protocol.unpack(message["value"], tensors, refuse)


def reader(data):
    rest = memoryview(data)

    def read(size):
        nonlocal rest
        part, rest = bytes(rest[:size]), rest[size:]
        if len(part) < size:
            raise EOFError
        return part

    return read


def frame(message, raw=b""):
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    return protocol.HEADER.pack(protocol.MAGIC, len(text), len(raw)) + text + raw


PLAIN = [None, True, 0, -1, 2**80, 0.1, float("inf"), "", "ñ\ud800", [], [1, [2]], (1, (2,)), {1: "a", "b": (None,)},
         {3, 4}, 1 + 2j, b"\x00\xff", slice(1, None, 2), torch.float64]  # fmt: skip


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_come_back_as_they_were(value):
    assert there_and_back(value) == value
    assert type(there_and_back(value)) is type(value)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int64, torch.uint8, torch.bool,
                                   torch.complex64, torch.complex128])  # fmt: skip
def test_tensors_come_back_with_shape_dtype_and_values(dtype):
    for tensor in (
        torch.arange(6).reshape(2, 3).to(dtype),
        torch.ones((), dtype=dtype),
        torch.zeros((0, 3), dtype=dtype),
    ):
        back = there_and_back(tensor)
        assert back.dtype == dtype and back.shape == tensor.shape and torch.equal(back, tensor)


def test_views_and_tensors_with_gradients_come_back_plain():
    base = torch.randn(4, 5, requires_grad=True)
    for tensor in (base, base.T, base[:, ::2], base.expand(3, 4, 5), (base * 2).sum()):
        back = there_and_back(tensor)
        assert torch.equal(back, tensor.detach()) and not back.requires_grad and back.is_contiguous()


def test_a_tensor_subclass_comes_back_as_a_plain_tensor():
    assert type(there_and_back(torch.nn.Parameter(torch.ones(2)))) is torch.Tensor


def test_the_same_tensor_twice_comes_back_twice():
    tensor = torch.ones(3)
    assert all(torch.equal(back, tensor) for back in there_and_back([tensor, tensor, tensor[1:]])[:2])


def test_numpy_arrays_stay_arrays():
    back = there_and_back(np.arange(6.0).reshape(2, 3).T)
    assert isinstance(back, np.ndarray) and back.dtype == np.float64 and back.shape == (3, 2)


def test_numpy_scalars_become_plain_numbers():
    assert type(there_and_back(np.float32(0.5))) is float


def test_named_tuples_and_dataclasses_come_back_as_named_tuples():
    assert there_and_back(Point(1, 2)) == (1, 2) and there_and_back(Point(1, 2)).y == 2
    assert there_and_back(Pair(torch.ones(1), 3))._fields == ("left", "right")


def test_what_is_not_data_goes_to_the_keeper():
    tree, _ = protocol.pack([len], lambda value: {"$": "handle", "id": 7})
    assert protocol.unpack(tree, {}, lambda handle: handle["id"]) == [7]


def test_changing_what_arrived_does_not_change_what_was_sent():
    tensor = torch.zeros(3)
    tree, tensors = protocol.pack(tensor, refuse)
    protocol.unpack(tree, tensors, refuse).add_(1)
    assert tensor.sum() == 0


def test_nesting_without_end_is_refused():
    nest: list = []
    nest.append(nest)
    with pytest.raises(protocol.ProtocolError, match="nested"):
        protocol.pack(nest, refuse)


BROKEN = {
    "another magic": b"HTTP" + bytes(12),
    "not JSON": frame(b"{"),
    "not an object": frame([1]),
    "JSON nested too deeply": frame(b'{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}"),
    "a number of too many digits": frame(b'{"a":' + b"9" * 10**4 + b"}"),
    "tensors that are no safetensors": frame({}, b"\x08" + bytes(30)),
    "a pickle for tensors": frame({}, pickle.dumps(torch.ones(2))),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_frame_is_refused(data):
    with pytest.raises(protocol.ProtocolError):
        protocol.decode(reader(data), 10**6)


@pytest.mark.parametrize("sizes", [(2**31, 0), (2, 2**62)])
def test_a_frame_that_announces_too_much_is_refused_before_it_is_read(sizes):
    with pytest.raises(protocol.ProtocolError, match="larger than allowed"):
        protocol.decode(reader(protocol.HEADER.pack(protocol.MAGIC, *sizes)), 10**6)


UNKNOWN = [
    {"$": "object"}, {"no": "kind"}, {"$": "tensor", "i": "9"}, {"$": "tensor"}, {"$": "dtype", "v": "Tensor"},
    {"$": "dtype", "v": "nothing"}, {"$": "dict", "v": [[[], 1]]},
    {"$": "record", "name": "a b", "fields": ["x"], "v": [1]},
    {"$": "record", "name": "P", "fields": ["x"], "v": []}, {"$": "bytes", "v": "zz"}, {"$": "complex", "v": "no"},
    {"$": "tensor", "i": "0", "complex": True}, {"$": "set", "v": [[]]},
]  # fmt: skip


@pytest.mark.parametrize("tree", UNKNOWN, ids=repr)
def test_a_tree_that_pack_cannot_have_made_is_refused(tree):
    with pytest.raises(protocol.ProtocolError):
        protocol.unpack(tree, {"0": torch.ones(3)}, refuse)
