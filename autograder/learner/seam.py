"""The objects that stand for a learner's code in a test, and the error when a call gave no value."""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import torch

from autograder.sandbox import protocol

PACKAGE, KIT = "exercises", "kit"
Tensors = dict[str, torch.Tensor]


class LearnerError(Exception):
    """A call to the learner's code gave no value.

    `kind`: error, timeout, out_of_memory, not_started, not_handed_in (no such module), missing (no such function),
    import (its module does not import), not_data (an object came back where a test needs data) or protocol.
    `type_name` is the nearest built-in exception. `message` and `traceback` are the learner's own words: show them in
    public tests only.
    """

    def __init__(
        self, kind: str, message: str, type_name: str = "", traceback: str = "", where: Mapping[str, Any] | None = None
    ):
        super().__init__(message)
        self.kind, self.message, self.type_name, self.traceback, self.where = kind, message, type_name, traceback, where

    def __str__(self) -> str:
        if self.traceback:
            return self.traceback.rstrip()
        return f"{self.type_name}: {self.message}" if self.type_name else self.message


def a_stub(module: str, names: Sequence[str]) -> LearnerError:
    """What a call of a function meets that only raises NotImplementedError."""
    where = {"file": f"{module.rpartition('.')[2]}.py", "function": names[-1]}
    return LearnerError("not_started", "it is a stub", "NotImplementedError", where=where)


class Transport(Protocol):
    """Carries calls to a learner's side and brings back JSON structure and tensors, or raises.

    `op`: "get" what the target is, "call" it, or "call_and_look" at the arguments, too. `seconds`: what has been spent
    on the learner's account.
    """

    seconds: float

    def send(
        self, op: str, target: dict[str, Any], arguments: Any, tensors: Tensors, seed: int
    ) -> tuple[Any, Tensors]: ...

    def foreseen(self, module: str, names: Sequence[str]) -> LearnerError | None:
        """What a call of this function is sure to meet, as far as that is known without one."""


class Call(NamedTuple):
    """What was asked of the learner's side, and what it gave: a value, or a LearnerError in place of what it raised.

    `module` and `name` say which of the step's own functions or classes was called; they are empty for anything else.
    """

    path: str
    module: str
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any


_LAST_CALLS = 64  # that are remembered


class Learner:
    """The seam: `learner.geometry.f(x)` calls `f` of the step's `geometry.py`.

    `learner.kit` is the course's kit: `learner.kit.plots.f()`, or `learner.kit.folder.plots.f()`.
    """

    def __init__(self, transport: Transport, folder: str, seed: int = 0):
        self._transport, self._folder, self._seed = transport, folder, seed
        self._calls = 0
        self.called: set[str] = set()  # functions and classes of the step
        self.calls: deque[Call] = deque(maxlen=_LAST_CALLS)

    def __getattr__(self, module: str) -> Remote:
        if module.startswith("__"):
            raise AttributeError(module)
        return Remote(self, {"module": module if module == KIT else f"{self._folder}.{module}", "names": []})

    def _send(
        self, op: str, target: dict[str, Any], args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        __tracebackhide__ = True
        self._calls += 1
        if "module" in target and not target["module"].startswith(f"{KIT}."):
            self.called.update(target["names"][:1])
        try:
            value = self._answer(op, target, args, kwargs or {})
        except Exception as error:
            self._remember(op, target, args, kwargs or {}, _bare(error))
            raise
        self._remember(op, target, args, kwargs or {}, value)
        return value

    def _remember(
        self, op: str, target: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        home, names = target.get("module", ""), target["names"]
        own = op == "call" and len(names) == 1 and home.startswith(f"{self._folder}.")
        module, name = (home.removeprefix(f"{self._folder}."), names[0]) if own else ("", "")
        self.calls.append(Call(".".join([home, *names]), module, name, args, kwargs, result))

    def _answer(self, op: str, target: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        tree, tensors = protocol.pack((args, kwargs), self._refer)
        tree, tensors = self._transport.send(op, target, tree, tensors, _call_seed(self._seed, self._calls))
        started = time.monotonic()
        try:
            return protocol.unpack(tree, tensors, lambda handle: _handle(self, handle))
        except protocol.ProtocolError as error:
            raise LearnerError("protocol", str(error)) from None
        finally:
            self._transport.seconds += time.monotonic() - started

    def _refer(self, value: Any) -> dict[str, Any]:
        """How a test hands on what is not data: an object goes back to the side that it stands on, and to no other."""
        __tracebackhide__ = True
        if not isinstance(value, Handle):
            raise TypeError(f"a test may hand data and handles to a learner's function, not a {type(value).__name__}")
        if value._learner._transport is not self._transport:
            raise LearnerError("not_data", f"an object of the class {value._type_name}")
        return {"$": "handle", "id": value._number}


def _bare(error: Exception) -> LearnerError:
    """What is the same of an exception in process and from a guest, with none of its frames."""
    kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
    return LearnerError(getattr(error, "kind", "error"), "", getattr(error, "type_name", kind))


def _call_seed(seed: int, call: int) -> int:
    """What random numbers of one call depend on; it does not tell the seed that the test draws its inputs from."""
    return int.from_bytes(hashlib.sha256(f"call {call} of {seed}".encode()).digest()[:4], "big")


class Remote:
    """A function (or a path to one) on the learner's side."""

    def __init__(self, learner: Learner, target: dict[str, Any]):
        self._learner, self._target = learner, target

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._target["module"] == KIT:
            return Remote(self._learner, {"module": f"{KIT}.{name}", "names": []})
        return Remote(self._learner, self._target | {"names": [*self._target["names"], name]})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        return self._learner._send("call", self._target, args, kwargs)

    def __repr__(self) -> str:
        return f"<learner's {'.'.join([self._target['module'], *self._target['names']])}>"


def with_arguments(function: Any, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
    """What a learner's function returns, and its arguments as they are then, those without a name: it may have written
    into them."""
    __tracebackhide__ = True
    if isinstance(function, Handle):
        found = function._learner._send("call_and_look", {"handle": function._number, "names": []}, args, kwargs)
    elif isinstance(function, Remote):
        found = function._learner._send("call_and_look", function._target, args, kwargs)
    else:
        raise LearnerError("error", f"'{type(function).__name__}' object is not callable", "TypeError")
    if not isinstance(found, tuple) or len(found) != 1 + len(args):
        raise LearnerError("protocol", "the guest's answer does not hold the arguments")
    return found


class Handle:
    """Something on the learner's side that is not data: call it, call its methods, read its data, or pass it back."""

    def __init__(self, learner: Learner, number: int, type_name: str):
        self._learner, self._number, self._type_name = learner, number, type_name

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        if name.startswith("__"):
            raise AttributeError(name)
        return self._learner._send("get", {"handle": self._number, "names": [name]})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        return self._learner._send("call", {"handle": self._number, "names": []}, args, kwargs)

    def __repr__(self) -> str:
        return f"<the learner's {self._type_name}>"


def _handle(learner: Learner, tree: dict[str, Any]) -> Handle:
    number, name = tree["id"], tree["type"]
    if type(number) is not int or not isinstance(name, str):
        raise protocol.ProtocolError("a reply is malformed (an object without a number or a name)")
    return Handle(learner, number, name[: protocol.NAME_LENGTH] if name.isidentifier() else "object")
