"""The host's side: starts the zygote, opens a guest for each submission, sends calls, enforces limits, kills.

Nothing that comes back is believed before `protocol.decode` and `protocol.unpack` have rebuilt it as plain data.
"""

from __future__ import annotations

import json
import secrets
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from autograder.sandbox import backends, protocol, use

START_SECONDS = 120.0
CLEAR_SECONDS = 10.0


class GuestGone(Exception):
    """The guest did not answer and has been ended. `kind` is timeout, out_of_memory, protocol or error.

    `killed`: by SIGKILL, and not by the host.
    """

    def __init__(self, kind: str, message: str, killed: bool = False):
        super().__init__(message)
        self.kind, self.killed = kind, killed


class Sandbox:
    """A zygote with torch imported, ready to fork guests, one at a time. Use as a context manager.

    `private`: what no guest may reach besides the course at `root`: submissions, reports.
    """

    def __init__(self, backend: str, root: Path, kit: Path, threads: int = 1, private: Iterable[Path] = ()):
        self.backend = backend
        self._launch = backends.launch(backend, root, kit, threads, private)
        self.isolated, self.caveats = self._launch.isolated, self._launch.caveats
        self.threads = threads
        self.memory_by: use.Measure | None = None  # known when a guest has started
        self._preloaded: set[str] = set()
        self._found: psutil.Process | None = None
        try:
            self._start()
        except BaseException:
            self._launch.discard()
            raise

    def _start(self) -> None:
        self._control, theirs = socket.socketpair()
        settings = {
            "threads": self.threads, "isolated": self.isolated, "backend": self.backend,
            "kit_root": self._launch.kit_root, "tmp": self._launch.tmp,
            "users": self._launch.users.told if self._launch.users else None, "readable": self._launch.readable,
        }  # fmt: skip
        inherited = [theirs.fileno(), *([self._launch.users.lock] if self._launch.users else [])]
        command = [*self._launch.command, str(theirs.fileno()), json.dumps(settings)]
        self._process = subprocess.Popen(
            command, pass_fds=inherited, env=self._launch.environment, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        theirs.close()
        self.environment = self._receive(START_SECONDS)

    def _receive(self, seconds: float) -> dict[str, Any]:
        self._control.settimeout(seconds)
        try:
            data = self._control.recv(65536)
        except TimeoutError:
            data = b""
        if not data:
            self._process.kill()
            complaint = self._process.stderr.read().decode(errors="replace").strip() if self._process.stderr else ""
            raise backends.SandboxUnavailable(
                f"the sandbox ({self.backend}) did not start or has ended: {complaint[-2000:]}"
            )
        answer: dict[str, Any] = json.loads(data)
        return answer

    def open(
        self, files: dict[str, str], limits: dict[str, float], number: int = 1, preload: Iterable[str] = ()
    ) -> Guest:
        """A fresh guest that holds `files` (path below the package → source text); `number` tells its handles apart.

        `preload`: installed modules that the zygote imports before it forks, so that no guest waits for them.
        """
        self._preload(set(preload) - self._preloaded)
        per_thread = {name: limits[name] * self.threads for name in ("call_cpu_seconds", "cpu_seconds")}
        limits = limits | per_thread
        ours, theirs = socket.socketpair()
        socket.send_fds(self._control, [json.dumps({"op": "spawn", "limits": limits}).encode()], [theirs.fileno()])
        theirs.close()
        pid = self._receive(START_SECONDS)["pid"]
        return Guest(self, pid, ours, {"files": files, "guest": number}, limits)

    def _preload(self, modules: set[str]) -> None:
        if not modules:
            return
        self._control.sendall(json.dumps({"op": "preload", "modules": sorted(modules)}).encode())
        if problem := self._receive(START_SECONDS)["problem"]:
            raise backends.SandboxUnavailable(f"what a step asks for cannot be imported: {problem}")
        self._preloaded |= modules

    def end(self, pid: int) -> int:
        """Make sure that a guest is gone; its exit status, 128 + n when a signal ended it."""
        if self.backend == "process":
            self.kill_descendants()
        self._control.sendall(json.dumps({"op": "end", "pid": pid}).encode())
        return int(self._receive(START_SECONDS)["status"])

    def _zygote(self) -> psutil.Process | None:
        """The zygote as the host sees it: below bubblewrap's two processes, or the process itself."""
        if self._found is None:  # once: each look reads all the processes of the machine
            process: psutil.Process = psutil.Process(self._process.pid)
            for _ in range(2 if self.backend == "bwrap" else 0):
                children = process.children()
                if not children:
                    return None
                process = children[0]
            self._found = process
        return self._found

    def watch(self, limits: dict[str, float]) -> use.Watcher:
        """Somebody who looks at what the guest uses from now on, before anything of a submission runs."""
        zygote = None
        with suppress(psutil.Error):
            zygote = self._zygote()
        if zygote is None:
            raise backends.SandboxUnavailable(f"the sandbox ({self.backend}) has ended")
        if self.memory_by is None:  # once: it is dear
            self.memory_by = use.measure(zygote.pid)
            self.caveats += (use.ESTIMATED,) if self.memory_by != "PSS" else ()
        return use.Watcher(zygote.pid, limits, self.kill_descendants)

    def descendants(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            zygote = self._zygote()
            return zygote.children(recursive=True) if zygote else []
        return []

    def kill_descendants(self) -> None:
        """Kill all that runs below the zygote, and what it starts meanwhile."""
        deadline = time.monotonic() + CLEAR_SECONDS
        while (alive := [p for p in self.descendants() if _runs(p)]) and time.monotonic() < deadline:
            for process in alive:
                with suppress(psutil.Error):
                    process.kill()

    def close(self) -> None:
        if self.backend == "process":
            self.kill_descendants()  # while the zygote is there: without it they are nobody's
        self._control.close()
        if self.backend == "user":
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(CLEAR_SECONDS)  # the zygote ends what its guests left, wherever that has gone
        self.kill_descendants()
        self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        self._launch.discard()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Guest:
    """One submission's process. `request` is one call; after `GuestGone` this object is of no more use."""

    def __init__(
        self, sandbox: Sandbox, pid: int, channel: socket.socket, start: dict[str, Any], limits: dict[str, float]
    ):
        self._sandbox, self._pid, self._channel, self._limits = sandbox, pid, channel, limits
        self._channel.setblocking(False)
        self._seconds = START_SECONDS
        self._alive = True
        self._watcher: use.Watcher | None = None
        self._start(start)

    def _start(self, start: dict[str, Any]) -> None:
        """Hand over the files and wait until the guest has shut itself in. Nothing of it has run by then."""
        deadline = time.monotonic() + START_SECONDS
        try:
            self._send(protocol.encode(start, {}), deadline)
            answer, _ = protocol.decode(lambda n: self._read(n, deadline), 0, reply=True)
        except (GuestGone, protocol.ProtocolError) as error:
            answer = {"problem": str(error)}
        if not answer.get("ready"):
            self.close()
            raise backends.SandboxUnavailable(f"a guest could not be started: {answer.get('problem')}")
        self._watcher = self._sandbox.watch(self._limits)

    def request(
        self, message: dict[str, Any], tensors: dict[str, Any], seconds: float
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Send a request and wait for its answer. Raises GuestGone when none comes within `seconds` and the limits."""
        asked, self._seconds = secrets.randbits(62), seconds  # that nobody can answer before it was asked
        if self._watcher:
            self._watcher.begin()
        deadline = time.monotonic() + seconds
        self._send(protocol.encode(message | {"id": asked}, tensors), deadline)
        try:
            limit = int(self._limits["reply_mb"] * use.MIB)
            answer, back = protocol.decode(lambda n: self._read(n, deadline), limit, reply=True)
        except protocol.ProtocolError as error:
            raise self._gone("protocol", str(error)) from None
        if answer.get("id") != asked:
            raise self._gone("protocol", "the guest is out of step: it answered what was not asked")
        return answer, back

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(deadline, writing=True)
            try:
                view = view[self._channel.send(view) :]
            except OSError:
                raise self._ended() from None

    def _read(self, size: int, deadline: float) -> bytes:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            self._wait(deadline, writing=False)
            try:
                came = self._channel.recv_into(view)
            except OSError:
                came = 0
            if not came:
                raise self._ended()
            view = view[came:]
        return bytes(data)

    def _wait(self, deadline: float, writing: bool) -> None:
        """Until the channel is ready; heeds the time and what the watcher says while it waits."""
        if not self._alive:
            raise GuestGone("error", "the process that ran the submission has already ended")
        readers, writers = ([], [self._channel]) if writing else ([self._channel], [])
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._gone("timeout", f"it did not finish within {self._seconds:.0f} s")
            if self._watcher and self._watcher.verdict:
                raise self._gone(*self._watcher.verdict)
            if any(select.select(readers, writers, [], min(left, use.WATCH_SECONDS))[:2]):
                return

    def _ended(self) -> GuestGone:
        status = self.close()
        if self._watcher and self._watcher.verdict:  # it was ended
            return GuestGone(*self._watcher.verdict)
        if status == 128 + 24:  # SIGXCPU
            return GuestGone("timeout", f"it used more than {self._limits['call_cpu_seconds']:.0f} s of processor time")
        how = f"was ended by signal {status - 128}" if status > 128 else f"ended itself with exit status {status}"
        said = f"the process that ran the submission {how} before it answered"
        return GuestGone("error", said, killed=status == 128 + signal.SIGKILL)

    def _gone(self, kind: str, message: str) -> GuestGone:
        self.close()
        return GuestGone(kind, message)

    def close(self) -> int:
        """End the guest and everything that it started; its exit status."""
        if not self._alive:
            return 0
        self._alive = False
        if self._watcher:
            self._watcher.stop()
        self._channel.close()
        return self._sandbox.end(self._pid)


def _runs(process: psutil.Process) -> bool:
    """Whether it is there and not just waiting to be asked how it ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
