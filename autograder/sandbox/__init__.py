"""Where a submission's code runs: the protocol, the guest, the host's side of it, and the backends that isolate.

In come a submission's files, limits and calls; out come replies of plain data, or the way in which a guest ended.
Guests see this folder and the kit, so nothing here knows of tests, solutions or points, nothing is pickled, and this
file imports nothing: a guest gets only what it asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.sandbox.backends import BACKENDS, INSTALL, SandboxUnavailable, bwrap_problem, launch
    from autograder.sandbox.cutting import PRINTED, SAID, cut
    from autograder.sandbox.freed import keep_freed_memory
    from autograder.sandbox.host import Guest, GuestGone, Sandbox
    from autograder.sandbox.often_used import import_often_used
    from autograder.sandbox.raising import by_a_statement, only_raises

__all__ = [
    "BACKENDS",
    "Guest",
    "GuestGone",
    "INSTALL",
    "PRINTED",
    "SAID",
    "Sandbox",
    "SandboxUnavailable",
    "bwrap_problem",
    "by_a_statement",
    "cut",
    "import_often_used",
    "keep_freed_memory",
    "launch",
    "only_raises",
]

_HOME = {  # imported on first use: by the host, never by a guest
    "BACKENDS": "backends",
    "Guest": "host",
    "GuestGone": "host",
    "INSTALL": "backends",
    "PRINTED": "cutting",
    "SAID": "cutting",
    "Sandbox": "host",
    "SandboxUnavailable": "backends",
    "bwrap_problem": "backends",
    "by_a_statement": "raising",
    "cut": "cutting",
    "import_often_used": "often_used",
    "keep_freed_memory": "freed",
    "launch": "backends",
    "only_raises": "raising",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return found
