"""The learner's modules, imported here: real tracebacks, breakpoints, speed. For code that is trusted."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from autograder.learner.seam import KIT, PACKAGE, LearnerError, Tensors, a_stub
from autograder.sandbox import only_raises, protocol, streams, worlds


class InProcess:
    """Calls modules of a package; what they print and set is theirs, as in a guest."""

    def __init__(self, package: str):
        self._package, self.seconds = package, 0.0
        self._kept: dict[int, tuple[str, Any]] = {}  # with the module that each came from
        self._worlds, self._streams = worlds.Worlds(), streams.Streams(_nowhere, _nowhere)

    def send(self, op: str, target: dict[str, Any], arguments: Any, tensors: Tensors, seed: int) -> tuple[Any, Tensors]:
        __tracebackhide__ = True
        with worlds.Seeds(), _Printing(self._streams):
            home, found = self._kept[target["handle"]] if "handle" in target else self._module(target["module"])
            with self._worlds.calling(home):
                found = self._find(found, target)
                if op != "get":
                    records = protocol.records_for(found)
                    args, kwargs = protocol.unpack(arguments, tensors, self._opened, records)
                    worlds.set_seeds(seed)
                    found = found(*args, **kwargs)
                    found = (found, *args) if op == "call_and_look" else found
                return protocol.pack(found, lambda value: self._keep(home, value))

    def foreseen(self, module: str, names: Sequence[str]) -> LearnerError | None:
        try:
            with worlds.Seeds(), _Printing(self._streams):
                _, found = self._module(module)
                for name in names:
                    found = getattr(found, name)
        except (Exception, SystemExit):  # a call will say what is wrong
            return None
        return a_stub(module, names) if only_raises(found) else None

    def _opened(self, handle: dict[str, Any]) -> Any:
        return self._kept[handle["id"]][1]

    def _find(self, found: Any, target: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        for at, name in enumerate(target["names"]):
            if "handle" in target or hasattr(found, name):
                found = getattr(found, name)
            elif target["module"].startswith(f"{KIT}.") and hasattr(found, "__path__"):
                _, found = self._module(".".join([target["module"], *target["names"][: at + 1]]))
            else:
                raise LearnerError("missing", f"{found.__file__} has no `{name}`")
        return found

    def _module(self, name: str) -> tuple[str, Any]:
        __tracebackhide__ = True
        full = f"{PACKAGE if name.startswith(f'{KIT}.') else self._package}.{name}"
        if full in sys.modules:
            return full, sys.modules[full]
        try:
            with self._worlds.importing(full):
                worlds.set_seeds(0)
                return full, importlib.import_module(full)
        except ModuleNotFoundError as error:
            if error.name and f"{full}.".startswith(f"{error.name}."):
                raise LearnerError("missing", f"there is no {full.replace('.', '/')}.py") from None
            raise

    def _keep(self, home: str, value: Any) -> dict[str, Any]:
        number = len(self._kept)
        self._kept[number] = home, value
        return {"$": "handle", "id": number, "type": type(value).__name__}


class _Printing:
    """A `with` in which the standard streams are a learner's own, and what they are given goes on to those outside."""

    def __init__(self, learners: streams.Streams):
        self._streams = learners

    def __enter__(self) -> None:
        self._outside = sys.stdin, sys.stdout, sys.stderr
        self._streams.lead_to(_onto(sys.stdout), _onto(sys.stderr))
        self._streams.install()

    def __exit__(self, *_: object) -> None:
        self._streams.flush()
        sys.stdin, sys.stdout, sys.stderr = self._outside
        self._streams.lead_to(_nowhere, _nowhere)


def _onto(stream: Any) -> Callable[[bytes], object]:
    """Writes bytes to a text stream, such as a notebook's, that may take nothing but text."""

    def write(data: bytes) -> None:
        stream.write(data.decode("utf-8", "replace"))
        stream.flush()

    return write if stream is not None else _nowhere


def _nowhere(data: bytes) -> None: ...
