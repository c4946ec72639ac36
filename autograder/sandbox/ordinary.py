"""Makes a guest as ordinary a place as a learner's machine, in what libraries expect of one.

The user has a name, any locale can be set, there are as many processors as processes can be had, and tensors travel
between a submission's own processes without sockets. A Python that it starts is made ordinary too (`spawned`).
"""

from __future__ import annotations

import grp
import locale
import os
import pwd
from collections.abc import Callable
from multiprocessing import reduction, spawn
from multiprocessing.context import get_spawning_popen
from multiprocessing.reduction import ForkingPickler
from typing import Any

PROCESSORS = 4


def settle() -> None:
    """Do all this in the present process."""
    name, count = os.environ.get("USER", "learner"), min(PROCESSORS, os.cpu_count() or 1)
    user = pwd.struct_passwd((name, "x", os.getuid(), os.getgid(), name, os.environ.get("HOME", "/"), "/bin/sh"))
    group = grp.struct_group((name, "x", os.getgid(), []))
    os.getlogin = lambda: name
    os.cpu_count = lambda: count
    pwd.getpwuid = _or_else(pwd.getpwuid, KeyError, lambda number: user if number == os.getuid() else None)
    pwd.getpwnam = _or_else(pwd.getpwnam, KeyError, lambda asked: user if asked == name else None)
    grp.getgrgid = _or_else(grp.getgrgid, KeyError, lambda number: group if number == os.getgid() else None)
    locale.setlocale = _or_else(
        locale.setlocale, locale.Error, lambda category, wanted=None: locale.setlocale(category, "C.UTF-8")
    )
    _send_tensors_by_value()
    _settle_what_is_spawned()


def _or_else(call: Callable[..., Any], failure: type[Exception], other: Callable[..., Any]) -> Callable[..., Any]:
    """`call`; where it fails in this way, what `other` answers, unless that is None."""

    def either(*args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except failure:
            if (answer := other(*args, **kwargs)) is None:
                raise
            return answer

    return either


def _send_tensors_by_value() -> None:
    """Torch hands other processes the memory of a tensor through a socket, which guests have none of.

    A process that is being spawned inherits it, so what is shared stays so there.
    """
    known: dict[type, Callable[..., Any]] = ForkingPickler._extra_reducers  # type: ignore[attr-defined]
    register = ForkingPickler.register

    def by_value(kind: type, reduce: Callable[..., Any]) -> None:
        if kind.__module__.partition(".")[0] != "torch":
            return register(kind, reduce)
        register(kind, lambda value: reduce(value) if get_spawning_popen() else value.__reduce_ex__(2))

    for kind, reduce in list(known.items()):
        by_value(kind, reduce)
    ForkingPickler.register = reduction.register = by_value  # type: ignore[method-assign, assignment]


def _settle_what_is_spawned() -> None:
    os.environ["PYTHONPATH"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spawned")
    command_line = spawn.get_command_line
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    before = f"import sys; sys.path.insert(0, {home!r}); from autograder.sandbox import ordinary; ordinary.settle(); "

    def settled(**kwds: Any) -> list[str]:
        command: list[str] = command_line(**kwds)
        if "-c" in command:
            command[command.index("-c") + 1] = before + command[command.index("-c") + 1]
        return command

    spawn.get_command_line = settled
