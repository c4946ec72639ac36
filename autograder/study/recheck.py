"""Checks in a process of their own, asked for from here; the answers come as events."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from autograder.sandbox import cut
from autograder.study.interpreter import command, environment
from autograder.study.running import Run, threads

WORKER = "autograder.study.worker"


class Rechecker:
    """Runs the public tests of steps, one check at a time: asking again drops the one before.

    `on_result` is called, in a thread of its own, with the Run of the check that was asked for last.
    """

    def __init__(self, root: Path, on_result: Callable[[Run], None]) -> None:
        self._root, self._on_result = root, on_result
        self._ticket, self._answered = 0, 0
        self._process: subprocess.Popen[str] | None = None
        self._forks = False
        self._lock = threading.RLock()
        self._start()

    def check(self, steps: Sequence[str]) -> None:
        """Ask for a check of the steps with these ids."""
        with self._lock:
            if self._answered < self._ticket and not self._forks:
                self.close()
            if self._process is None or self._process.poll() is not None:
                self._start()
            self._ticket += 1
            assert self._process is not None and self._process.stdin is not None
            with suppress(OSError):  # that it has ended is said by the thread that listens
                self._process.stdin.write(json.dumps({"ticket": self._ticket, "steps": list(steps)}) + "\n")
                self._process.stdin.flush()

    def close(self) -> None:
        """End the process and the check that it may be running."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        if self._forks and process.stdin:
            with suppress(OSError):
                process.stdin.close()  # it ends its check and itself
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)
        if process.poll() is None:
            _kill(process)
        process.wait()

    def _start(self) -> None:
        complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            command(WORKER), cwd=self._root, env=environment() | threads(), start_new_session=os.name == "posix",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True, encoding="utf-8",
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self._process, complaints), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str], complaints: IO[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._take(json.loads(line), process)
        process.wait()
        with self._lock:
            died = self._process is process and self._answered < self._ticket
            if died:
                self._answered = self._ticket
        if died:
            complaints.seek(0)
            said = cut(complaints.read().strip(), 2000, 40, begin=0.25) or f"exit status {process.returncode}"
            self._on_result(Run(problem=f"The process that runs the tests ended:\n{said}"))
        complaints.close()

    def _take(self, message: dict[str, Any], process: subprocess.Popen[str]) -> None:
        with self._lock:
            if process is not self._process:
                return
            if "forks" in message:
                self._forks = message["forks"]
                return
            if message["ticket"] != self._ticket:
                return
            self._answered = self._ticket
            if not self._forks:
                self._start()  # the next check finds everything imported
        self._on_result(Run.from_data(message["run"]))


def _kill(process: subprocess.Popen[str]) -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
