"""What starts guests inside the sandbox: a process that has imported torch and forks for each submission.

A fork takes milliseconds where an import takes seconds. Each fork shuts itself in (`isolate`) and is then a `guest`.
The zygote itself never runs a submission's code. Started by `host`, never imported.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from typing import Any

import torch

from autograder.sandbox import isolate, own_user, protocol
from autograder.sandbox.freed import keep_freed_memory
from autograder.sandbox.guest import serve
from autograder.sandbox.often_used import import_often_used

CONTROL_MESSAGE = 65536
GRACE_SECONDS = 0.3
KEPT_BYTES = 2**26  # of memory that a guest has freed: no more than it may come to by itself


def zygote(control: socket.socket, settings: dict[str, Any]) -> None:
    """Answer the host's `preload`, `spawn` and `end` until it hangs up. Never runs a submission's code itself."""
    torch.optim.Adam(
        [torch.zeros(1, requires_grad=True)]
    )  # its first use imports for a second: once here, for all guests
    import_often_used()
    keep_freed_memory(KEPT_BYTES)
    users = own_user.Guests(settings["tmp"], settings["users"]) if settings["backend"] == "user" else None
    guests: set[int] = set()
    if sys.platform == "linux":
        isolate.outlive_parent()  # from here on it ends when the host hangs up
    if not settings["isolated"]:
        own_user.adopt_orphans()
    control.sendall(json.dumps({"ready": True, "python": sys.version.split()[0], "torch": torch.__version__}).encode())
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, CONTROL_MESSAGE, 1)
        if not data:
            if not settings["isolated"]:
                own_user.end_descendants()  # the host was killed: nobody else would
            return users.clear_all_away() if users else None
        request = json.loads(data)
        answer: dict[str, Any]
        if request["op"] == "spawn":
            answer = {"pid": _spawn(control, descriptors[0], request["limits"], settings, users)}
            guests.add(answer["pid"])
            os.close(descriptors[0])
        elif request["op"] == "preload":
            answer = {"problem": _import_problem(request["modules"])}
        else:
            answer = {"status": _end(request["pid"])}
            guests.discard(request["pid"])
            if users:
                users.clear_away(request["pid"])
            elif not settings["isolated"]:
                own_user.reap(guests)
        control.sendall(json.dumps(answer).encode())


def _import_problem(modules: list[str]) -> str | None:
    """Import installed modules for all guests to come; what went wrong, or None."""
    try:
        for name in modules:
            importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _spawn(
    control: socket.socket,
    channel: int,
    limits: dict[str, float],
    settings: dict[str, Any],
    users: own_user.Guests | None,
) -> int:
    user = users.new_user() if users else 0
    pid = os.fork()
    if pid:
        if users:
            users.started(pid, user)
        return pid
    try:
        control.close()
        if users:
            _serve_as(user, users, channel, limits, settings)
        else:
            _shut_in_andserve(channel, limits, settings)
    except BaseException:
        _report_start_failure(channel)
    os._exit(1)


def _shut_in_andserve(channel: int, limits: dict[str, float], settings: dict[str, Any]) -> None:
    baseline = isolate.virtual_memory()
    if not settings["isolated"]:
        os.setsid()
        isolate.limit_resources(limits, baseline)
        return serve(channel, limits, settings)
    isolate.die_with_parent()
    isolate.enter_namespaces(settings["tmp"], int(limits["tmp_mb"]))
    _wait_in_parent()  # the child is process 1 of the new namespace: when it ends, everything in there ends
    isolate.die_with_parent()
    isolate.hide_proc()
    _wait_in_parent()  # so that the submission is not process 1, which signals and orphans treat specially
    isolate.drop_privileges(own_network=True)
    isolate.limit_resources(limits, baseline)
    serve(channel, limits, settings)


def _serve_as(
    user: int, users: own_user.Guests, channel: int, limits: dict[str, float], settings: dict[str, Any]
) -> None:
    baseline = isolate.virtual_memory()
    os.setsid()
    home = users.enter(user)
    isolate.die_with_parent()
    isolate.drop_privileges(own_network=False)
    if settings["readable"]:
        isolate.keep_to(settings["readable"], [home, *own_user.WRITABLE])
    isolate.limit_resources(limits, baseline)
    serve(channel, limits, settings | {"tmp": home})


def _wait_in_parent() -> None:
    """Fork; the parent closes everything, waits, and ends as its child ended."""
    child = os.fork()
    if not child:
        return
    os.closerange(0, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _report_start_failure(channel: int) -> None:
    with suppress(Exception):
        os.write(channel, protocol.encode({"ready": False, "problem": traceback.format_exc(limit=4)}, {}))


def _end(pid: int) -> int:
    """How the process ended; if it has not, within a grace period, kill it. 128 + n: by signal n."""
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
        time.sleep(0.005)
    else:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as host:
        zygote(host, json.loads(sys.argv[2]))
    os._exit(0)  # what Python and torch do at their end takes a while
