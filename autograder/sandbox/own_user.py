"""Guests that are users of their own: for containers that forbid namespaces, where the grader is root.

Before a line of a submission runs, its process becomes a user whom nobody else is. Permissions keep it from what is
root's, Landlock from all files but its own and what is given, the filter of system calls (`isolate`) from sockets and
other processes. When it ends, so does everything that runs as that user, and what it left behind goes. Where the
kernel has no Landlock, it does see which processes there are, and files and folders that are open to everyone. Each
zygote has a range of users that no other grader on the machine has meanwhile. Linux only.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import left_behind

FIRST, LAST = 61184, 65519  # user ids that systemd hands out to services for a while, and packages never take
EACH = 64  # of them for one zygote
LOCKS = Path("/run/lmi-users")  # a file for each range, locked while somebody has it
PR_SET_CHILD_SUBREAPER = 36
REAP_SECONDS = 10.0  # what was killed may take its time on a busy machine; the next guest must not meet it
END_SECONDS = 10.0
WRITABLE = ("/dev/shm", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")  # beside a guest's own folder
READABLE = (  # beside the system, Python and what is given: what libraries ask about processors and memory
    "/proc/cpuinfo", "/proc/meminfo", "/sys/fs/cgroup/cpu.max",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us",
)  # fmt: skip
CAVEAT = (
    "The submission ran as a user of its own without namespaces (sandbox “user”): it could reach neither the network "
    "nor files but its own and what was given to it, and had no limit on how much it wrote in all."
)
CAVEAT_WITHOUT_LANDLOCK = (
    "The submission ran as a user of its own without namespaces (sandbox “user”): it could reach neither the network "
    "nor the grader's files, but it saw which processes run, could use folders that are open to everyone (what it left "
    "there was removed), and had no limit on how much it wrote in all."
)


class Guests:
    """The zygote's guests by process id, each a user of its own with a folder of its own below `tmp`.

    `users`: the first and the last of them, and who sends the signals that end a guest and gets none from it.
    """

    def __init__(self, tmp: str, users: list[int]):
        first, last, self._sender = users
        self._tmp, self._range, self._next = Path(tmp), range(first, last + 1), first
        self._users: dict[int, int] = {}
        self._open = left_behind.open_folders()  # once, for it takes time; the host looks again in the end
        adopt_orphans()

    def new_user(self) -> int:
        free = [user for user in self._range if user not in self._users.values()]
        user = next((user for user in free if user >= self._next), free[0])
        self._next = user + 1
        return user

    def started(self, pid: int, user: int) -> None:
        self._users[pid] = user

    def enter(self, user: int) -> str:
        """In the guest: become `user`, for good; the folder that is its own."""
        home = self._folder(user)
        left_behind.remove(str(home))
        home.mkdir(mode=0o700)
        os.chown(home, user, user)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        os.environ |= {"HOME": str(home), "TMPDIR": str(home)}
        tempfile.tempdir = None
        return str(home)

    def clear_away(self, pid: int) -> None:
        """Kill what still runs as the user of a guest that has ended, and remove what it left anywhere."""
        user = self._users.pop(pid, None)
        if user is None:
            return
        _end_user(user, self._sender)
        reap(self._users)
        left_behind.remove(str(self._folder(user)))
        left_behind.clear({user}, self._open)

    def clear_all_away(self) -> None:
        for pid in list(self._users):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.clear_away(pid)

    def _folder(self, user: int) -> Path:
        return self._tmp / str(user)


def adopt_orphans() -> None:
    """What a guest leaves behind becomes this process's child, where it can be found."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap(but: Collection[int]) -> None:
    """Wait for the dead, but for guests whose end the host will ask about."""
    deadline = time.monotonic() + REAP_SECONDS
    with suppress(ChildProcessError):  # nobody is left
        while time.monotonic() < deadline:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if dead and dead.si_pid not in but:
                os.waitpid(dead.si_pid, 0)
            elif dead or but:
                return
            else:
                time.sleep(0.005)


def end_descendants() -> None:
    """Kill this process's children, and those that become its own when these have ended, until there is none."""
    deadline = time.monotonic() + END_SECONDS
    with suppress(OSError):  # where /proc does not tell
        while time.monotonic() < deadline:
            told = [file.read_text() for file in Path("/proc/self/task").glob("*/children")]
            children = [int(pid) for text in told for pid in text.split()]
            if not children:
                return
            for pid in children:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            reap(())


def _end_user(user: int, sender: int) -> None:
    """Kill every process of `user` with one call, which no fork outruns, and remove its System V objects.

    The sender's effective user is `user`, so that it may; its real and saved ones are not, so that none of them may
    kill the sender before.
    """
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(sender, sender, sender)
            os.setresuid(sender, user, sender)
            with suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            left_behind.remove_ipc()
        finally:
            os._exit(0)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


# ---------------------------------------------------------------- the host's side


class Refused(Exception):
    """Guests cannot be users of their own here; the message says why and what to do."""


@dataclass(frozen=True)
class Users:
    """A range of user ids that no other grader on this machine has as long as `lock` is open, here or in a zygote."""

    first: int
    lock: int

    @property
    def all(self) -> range:
        return range(self.first, self.first + EACH)

    @property
    def told(self) -> list[int]:
        """The first and the last user for guests, and the sender of signals: what a zygote is told."""
        return [self.first, self.first + EACH - 2, self.first + EACH - 1]

    def clear(self) -> None:
        """End what runs as one of them, and remove what they left."""
        deadline = time.monotonic() + END_SECONDS
        while (found := [pid for pid, users in _running() if users & set(self.all)]) and time.monotonic() < deadline:
            for pid in found:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        left_behind.clear(self.all, left_behind.open_folders())

    def release(self) -> None:
        self.clear()
        os.ftruncate(self.lock, 0)
        os.close(self.lock)


_LOOK = """
import json, os, sys
private, needed = json.loads(sys.argv[1])
reached = [place for place in private if os.access(place, os.R_OK) or os.access(place, os.X_OK)]
print(json.dumps([reached, [place for place in needed if not os.access(place, os.X_OK)]]))
"""


def problem(root: Path, private: Iterable[Path] = ()) -> str | None:
    """Why guests cannot be users of their own here, out of reach of the course at `root`; None when they can.

    `private`: what else they must not reach: the class's submissions, the folder for reports.
    """
    try:
        claim(root, private).release()
    except Refused as reason:
        return str(reason)
    return None


def claim(root: Path, private: Iterable[Path] = ()) -> Users:
    """Users for one zygote's guests, who can reach neither the course at `root` nor what is `private`, or Refused."""
    if sys.platform != "linux":
        raise Refused("users of their own isolate on Linux only.")
    if os.getuid() != 0:
        raise Refused("only root can start a submission as another user.")
    users = _free_users()
    try:
        _refuse_what_they_reach(users, root, list(private))
    except BaseException:
        users.release()
        raise
    return users


def _free_users() -> Users:
    try:
        LOCKS.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = LOCKS.lstat()
        if not LOCKS.is_dir() or LOCKS.is_symlink() or found.st_uid != 0 or found.st_mode & 0o077:
            raise Refused(f"{LOCKS} is not root's alone: remove it.")
        for first in range(FIRST, LAST + 2 - EACH, EACH):
            users = Users(first, os.open(LOCKS / str(first), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            if _take(users):
                return users
            os.close(users.lock)
    except OSError as error:
        raise Refused(f"which users are taken cannot be kept in {LOCKS} ({error.strerror}).") from None
    raise Refused(
        f"all the users from {FIRST} to {LAST} are taken, by other graders or something else: use fewer jobs."
    )


def _take(users: Users) -> bool:
    """Whether nobody has them. What a grader left running that was killed, and so could not end it, is ended now."""
    try:
        fcntl.flock(users.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    left = os.fstat(users.lock).st_size > 0
    if not left and any(ids & set(users.all) for _, ids in _running()):
        return False  # somebody else's
    users.clear()
    os.pwrite(users.lock, b"taken", 0)
    return True


def _refuse_what_they_reach(users: Users, root: Path, private: list[Path]) -> None:
    needed = [sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), tempfile.gettempdir()]
    asked = json.dumps([[str(root), *map(str, private)], needed])
    who: dict[str, int] = {"user": users.first, "group": users.first}
    command = [sys.executable, "-I", "-c", _LOOK, asked]
    try:
        done = subprocess.run(command, **who, extra_groups=[], cwd="/", env={}, capture_output=True, timeout=60)  # type: ignore[call-overload]
    except (OSError, subprocess.SubprocessError) as error:
        raise Refused(f"a process cannot become another user here ({error}).") from None
    reached, closed = json.loads(done.stdout) if done.returncode == 0 else ([], needed)
    if str(root) in reached:
        raise Refused(f"other users may enter {root}: keep solutions and hidden tests to root (chmod 700).")
    if reached:
        raise Refused(f"other users may read {reached[0]}, and so could submissions: keep it to root (chmod go-rwx).")
    if closed:
        raise Refused(f"other users may not use {sys.executable} and its packages.")


def _running() -> list[tuple[int, set[int]]]:
    """Each process that has not ended, and the users as whom it runs."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            told = dict(line.split(":", 1) for line in status.read_text(errors="replace").splitlines())
            if "Z" not in told["State"].split():
                found.append((int(status.parent.name), set(map(int, told["Uid"].split()))))
    return found


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
