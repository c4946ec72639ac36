"""The objects that stand for a learner's code in a test, and the error when a call gave no value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import torch

from autograder.sandbox import protocol

PACKAGE, KIT = "exercises", "kit"
Tensors = dict[str, torch.Tensor]


class LearnerError(Exception):
    """A call to the learner's code gave no value.

    `kind`: error, timeout, out_of_memory, not_started, not_handed_in (no such module), missing (no such function),
    import (its module does not import) or protocol. `type_name` is the nearest built-in exception. `message` and
    `traceback` are the learner's own words: show them in public tests only.
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


class Transport(Protocol):
    """Carries calls to a learner's side and brings back JSON structure and tensors, or raises."""

    def send(
        self, op: str, target: dict[str, Any], arguments: Any, tensors: Tensors, seed: int
    ) -> tuple[Any, Tensors]: ...


class Learner:
    """The seam: `learner.geometry.f(x)` calls `f` of the step's `geometry.py`.

    `learner.kit` is the course's kit: `learner.kit.plots.f()`, or `learner.kit.folder.plots.f()`.
    """

    def __init__(self, transport: Transport, folder: str, seed: int = 0):
        self._transport, self._folder, self._seed = transport, folder, seed
        self._calls = 0
        self.called: set[str] = set()  # functions and classes of the step

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
        tree, tensors = protocol.pack((args, kwargs or {}), _refer)
        tree, tensors = self._transport.send(op, target, tree, tensors, self._seed + self._calls)
        try:
            return protocol.unpack(tree, tensors, lambda handle: _handle(self, handle))
        except protocol.ProtocolError as error:
            raise LearnerError("protocol", str(error)) from None


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


def _refer(value: Any) -> dict[str, Any]:
    if isinstance(value, Handle):
        return {"$": "handle", "id": value._number}
    raise TypeError(f"a test may hand data and handles to a learner's function, not a {type(value).__name__}")


def _handle(learner: Learner, tree: dict[str, Any]) -> Handle:
    return Handle(learner, int(tree["id"]), str(tree["type"])[:80])
