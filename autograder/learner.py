"""What tests talk to: `learner.<module>.<function>(...)`, on the learner's own modules or on a sandboxed guest.

Both ways only plain data crosses (`sandbox.protocol`): arguments and results are copies, and what is not data stays on
the learner's side behind a `Handle`. So a test cannot tell which way it runs.
"""

from __future__ import annotations

import builtins
import importlib
import random
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch

from autograder.sandbox import protocol

if TYPE_CHECKING:
    from autograder.sandbox import Guest, Sandbox

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


# ---------------------------------------------------------------- in process


class InProcess:
    """Calls modules of a package imported here: real tracebacks, breakpoints, speed. For code that is trusted."""

    def __init__(self, package: str):
        self._package = package
        self._kept: dict[int, Any] = {}

    def send(self, op: str, target: dict[str, Any], arguments: Any, tensors: Tensors, seed: int) -> tuple[Any, Tensors]:
        __tracebackhide__ = True
        found = self._find(target)
        if op == "call":
            records = protocol.records_for(found)
            args, kwargs = protocol.unpack(arguments, tensors, lambda handle: self._kept[handle["id"]], records)
            set_seeds(seed)
            found = found(*args, **kwargs)
        return protocol.pack(found, self._keep)

    def _find(self, target: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        found = self._kept[target["handle"]] if "handle" in target else self._module(target["module"])
        for at, name in enumerate(target["names"]):
            if "handle" in target or hasattr(found, name):
                found = getattr(found, name)
            elif target["module"].startswith(f"{KIT}.") and hasattr(found, "__path__"):
                found = self._module(".".join([target["module"], *target["names"][: at + 1]]))
            else:
                raise LearnerError("missing", f"{found.__file__} has no `{name}`")
        return found

    def _module(self, name: str) -> Any:
        __tracebackhide__ = True
        package = PACKAGE if name.startswith(f"{KIT}.") else self._package
        try:
            return importlib.import_module(f"{package}.{name}")
        except ModuleNotFoundError as error:
            if error.name and f"{package}.{name}.".startswith(f"{error.name}."):
                raise LearnerError("missing", f"there is no {package}/{name.replace('.', '/')}.py") from None
            raise

    def _keep(self, value: Any) -> dict[str, Any]:
        number = len(self._kept)
        self._kept[number] = value
        return {"$": "handle", "id": number, "type": type(value).__name__}


def set_seeds(seed: int) -> None:
    """Seed torch, numpy and random, all from one number."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.default_generator.manual_seed(
        seed
    )  # a tenth of the cost of torch.manual_seed, which sees to accelerators too


# ---------------------------------------------------------------- sandboxed


class Sandboxed:
    """Calls a guest that holds one submission; starts a new one when a call had to be killed.

    What once ran out of time is not called again. `seconds` counts the time that the submission's code has used.
    """

    def __init__(self, sandbox: Sandbox, files: dict[str, str], limits: dict[str, float], preload: Iterable[str] = ()):
        self._sandbox, self._files, self._limits, self._preload = sandbox, files, limits, preload
        self._guest: Guest | None = None
        self._guests = 0
        self._slow: dict[str, str] = {}
        self.seconds = 0.0

    def send(self, op: str, target: dict[str, Any], arguments: Any, tensors: Tensors, seed: int) -> tuple[Any, Tensors]:
        __tracebackhide__ = True
        name = ".".join([str(target.get("module", "")), *target["names"]])
        if name in self._slow and "module" in target:
            raise LearnerError("timeout", f"{self._slow[name]} when it was called before, so it is not called again")
        answer, back = self._ask({"op": op, "target": target, "arguments": arguments, "seed": seed}, tensors, name)
        sys.stdout.write(_clean(answer.get("printed")))
        if "error" in answer:
            error = _learner_error(answer["error"], self._files)
            raise (self._not_handed_in(target) if error.kind == "missing" else None) or error
        if "value" not in answer:
            raise LearnerError("protocol", "the guest's answer holds no value")
        return answer["value"], back

    def _not_handed_in(self, target: dict[str, Any]) -> LearnerError | None:
        """The error for a module that the submission does not have; None when it has it, or it is none of a step's.

        `where` is the function that was asked for, or None when nothing of the step was handed in.
        """
        folder, _, module = str(target.get("module", KIT)).partition(".")
        path = f"{folder}/{module.replace('.', '/')}"
        if folder == KIT or any(name == f"{path}.py" or name.startswith(f"{path}/") for name in self._files):
            return None
        if not any(name.startswith(f"{folder}/") and not name.endswith("/__init__.py") for name in self._files):
            return LearnerError("not_handed_in", f"nothing of {folder} was handed in")
        where = {"file": f"{PACKAGE}/{path}.py", "function": ".".join(target["names"])}
        return LearnerError("not_handed_in", f"{path.rpartition('/')[2]}.py was not handed in", where=where)

    def _ask(self, message: dict[str, Any], tensors: Tensors, name: str) -> tuple[dict[str, Any], Tensors]:
        from autograder.sandbox import GuestGone, SandboxUnavailable

        started = time.monotonic()
        left = self._limits["submission_seconds"] - self.seconds
        if left <= 0:
            raise LearnerError("timeout", f"the submission has used up its {self._limits['submission_seconds']:.0f} s")
        seconds = min(self._limits["call_seconds"], left)
        try:
            if self._guest is None:
                self._guests += 1
                self._guest = self._sandbox.open(self._files, self._limits, self._guests, self._preload)
            return self._guest.request(message, tensors, seconds)
        except GuestGone as gone:
            self._guest = None
            if gone.kind == "timeout":
                self._slow[name] = str(gone)
            raise LearnerError(gone.kind, str(gone)) from None
        except OSError as error:  # of the zygote's channel: what a guest does to its own is a GuestGone
            raise SandboxUnavailable(f"the sandbox has ended ({error})") from None
        finally:
            self.seconds += time.monotonic() - started

    def close(self) -> None:
        if self._guest is not None:
            from autograder.sandbox import SandboxUnavailable

            with suppress(OSError, SandboxUnavailable):  # the sandbox may have ended before it
                self._guest.close()
            self._guest = None


KINDS = {"error", "out_of_memory", "not_started", "missing", "import"}  # what a guest may call its failure


def _learner_error(error: Any, files: Mapping[str, str]) -> LearnerError:
    if not isinstance(error, dict):
        raise LearnerError("protocol", "the guest's answer is malformed")
    type_name = str(error.get("type"))  # the nearest built-in class: a name of its own could tell hidden inputs
    if not isinstance(getattr(builtins, type_name, None), type):
        type_name = "Exception"
    kind, where = str(error.get("kind")), _place(error.get("where"), files)
    message, trace = _clean(error.get("message")), _clean(error.get("traceback"))
    return LearnerError(kind if kind in KINDS else "error", message, type_name, trace, where)


def _place(where: Any, files: Mapping[str, str]) -> dict[str, Any] | None:
    """Where a guest says that something happened, if that place is in the submission: it could say anything."""
    if not isinstance(where, dict):
        return None
    file, line, function = (where.get(key) for key in ("file", "line", "function"))
    text = files.get(str(file).removeprefix(f"{PACKAGE}/"))
    if text is None or not isinstance(line, int) or not 1 <= line <= text.count("\n") + 1:
        return None
    return {"file": file, "line": line, "function": function if isinstance(function, str) else ""}


def _clean(text: Any) -> str:
    return str(text or "").encode("utf-8", "replace").decode("utf-8")
