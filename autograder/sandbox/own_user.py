"""Guests that are users of their own: for containers that forbid namespaces, where the grader is root.

Before a line of a submission runs, its process becomes a user whom nobody else is. Permissions keep it from what is
root's, the filter of system calls (`isolate`) from sockets and other processes. When it ends, so does everything that
runs as that user. It does see which processes there are, and files and folders that are open to everyone. Linux only.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import suppress
from pathlib import Path

FIRST, LAST = 61184, 65518  # user ids that systemd hands out to services for a while, and packages never take
SENDER = LAST + 1  # who sends the signals that end a guest, and gets none from it
PR_SET_CHILD_SUBREAPER = 36
REAP_SECONDS = 2.0
CAVEAT = (
    "The submission ran as a user of its own without namespaces (sandbox “user”): it could reach neither the network "
    "nor the grader's files, but it saw which processes run, could use folders that are open to everyone, and had no "
    "limit on how much it wrote in all."
)


class Guests:
    """The zygote's guests by process id, each a user of its own with a folder of its own below `tmp`."""

    def __init__(self, tmp: str):
        self._tmp, self._next = Path(tmp), FIRST
        self._users: dict[int, int] = {}
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # what a guest leaves behind becomes our child

    def new_user(self) -> int:
        user, self._next = self._next, FIRST if self._next == LAST else self._next + 1
        return user

    def started(self, pid: int, user: int) -> None:
        self._users[pid] = user

    def enter(self, user: int) -> str:
        """In the guest: become `user`, for good; the folder that is its own."""
        home = self._folder(user)
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        os.chown(home, user, user)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        os.environ |= {"HOME": str(home), "TMPDIR": str(home)}
        tempfile.tempdir = None
        return str(home)

    def clear_away(self, pid: int) -> None:
        """Kill what still runs as the user of a guest that has ended, and remove its folder."""
        user = self._users.pop(pid, None)
        if user is None:
            return
        _kill_all(user)
        self._reap()
        shutil.rmtree(self._folder(user), ignore_errors=True)

    def clear_all_away(self) -> None:
        for pid in list(self._users):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.clear_away(pid)

    def _folder(self, user: int) -> Path:
        return self._tmp / str(user)

    def _reap(self) -> None:
        """Wait for the dead, but for guests whose end the host will ask about."""
        deadline = time.monotonic() + REAP_SECONDS
        with suppress(ChildProcessError):  # nobody is left
            while time.monotonic() < deadline:
                dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if dead and dead.si_pid not in self._users:
                    os.waitpid(dead.si_pid, 0)
                elif dead or self._users:
                    return
                else:
                    time.sleep(0.005)


def _kill_all(user: int) -> None:
    """Kill every process of `user` with one call, which no fork outruns.

    The sender's effective user is `user`, so that it may; its real and saved ones are not, so that none of them may
    kill the sender before.
    """
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(SENDER, SENDER, SENDER)
            os.setresuid(SENDER, user, SENDER)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


# ---------------------------------------------------------------- the host's side


_LOOK = """
import os, sys
root, *needed = sys.argv[1:]
sys.exit(100 if os.access(root, os.X_OK) else sum(not os.access(place, os.X_OK) for place in needed))
"""


def problem(root: Path) -> str | None:
    """Why guests cannot be users of their own here, out of reach of the course at `root`; None when they can."""
    if sys.platform != "linux":
        return "users of their own isolate on Linux only."
    if os.getuid() != 0:
        return "only root can start a submission as another user."
    if any(FIRST <= user <= SENDER for user in _users_now()):
        return f"something runs here as a user between {FIRST} and {SENDER}, which are for submissions."
    needed = [sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), tempfile.gettempdir()]
    command = [sys.executable, "-I", "-c", _LOOK, str(root), *needed]
    try:
        done = subprocess.run(
            command, user=FIRST, group=FIRST, extra_groups=[], cwd="/", env={}, capture_output=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"a process cannot become another user here ({error})."
    if done.returncode == 100:
        return f"other users may enter {root}: keep solutions and hidden tests to root (chmod 700)."
    return f"other users may not use {sys.executable} and its packages." if done.returncode else None


def _users_now() -> set[int]:
    users = set()
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            line = next(line for line in status.read_text().splitlines() if line.startswith("Uid:"))
            users |= set(map(int, line.split()[1:]))
    return users


def make_home(root: Path, kit: Path, code: Path) -> Path:
    """A folder with what guests may read, which no guest can change: copies of the kit and of the guest's `code`."""
    home = Path(tempfile.mkdtemp(prefix="lmi-guest-"))
    skip = shutil.ignore_patterns("__pycache__")
    for source, target in ((kit, home / kit.relative_to(root)), (code, home / "autograder" / "sandbox")):
        if source.is_dir():  # a course may have no kit
            shutil.copytree(source, target, ignore=skip, copy_function=shutil.copyfile)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (home / "tmp").mkdir()
    (home / "tmp").chmod(0o711)
    return home
