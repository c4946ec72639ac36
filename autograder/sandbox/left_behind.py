"""What users leave in places that are open to everyone, and its removal: files of any depth, and IPC objects."""

from __future__ import annotations

import ctypes
import os
import shutil
import stat
import subprocess
from collections.abc import Container, Iterable
from contextlib import suppress
from pathlib import Path

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock")
OTHERS_WRITE, OTHERS_ENTER = 0o002, 0o001
IPC_RMID = 0


def open_folders(places: Iterable[str] = PLACES) -> list[str]:
    """The folders where everyone may put something: these places and what is below them, as far as everyone may go."""
    found, todo = [], [os.path.realpath(place) for place in places]
    while todo:
        folder = todo.pop()
        with suppress(OSError), os.scandir(folder) as entries:
            if os.stat(folder).st_mode & OTHERS_WRITE:
                found.append(folder)
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mode & OTHERS_ENTER:
                    todo.append(entry.path)
    return sorted(set(found))


def clear(users: Container[int], folders: Iterable[str]) -> None:
    """Remove from these folders the files and folders that belong to `users`, of whom nothing may run any more.

    Nothing is followed, and all is done relative to an open folder, so that nobody can swap one for a link meanwhile.
    """
    for folder in folders:
        with suppress(OSError):
            at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                for name in os.listdir(at):
                    if (found := _look(name, at)) and found.st_uid in users:
                        remove(name, at)
            finally:
                os.close(at)


def _look(name: str, at: int | None) -> os.stat_result | None:
    with suppress(OSError):
        return os.stat(name, dir_fd=at, follow_symlinks=False)
    return None


def remove(name: str, at: int | None = None) -> None:
    """Remove a file or a folder, below the open folder `at` if given, deeper than Python's recursion if need be."""
    found = _look(name, at)
    if found is None:
        return
    with suppress(OSError, RecursionError):
        if stat.S_ISDIR(found.st_mode):
            return shutil.rmtree(name, dir_fd=at)
        return os.unlink(name, dir_fd=at)
    where = "/" if at is None else f"/proc/self/fd/{at}"
    subprocess.run(["rm", "-rf", "--", name if at is None else f"./{name}"], cwd=where, capture_output=True)


def remove_ipc() -> None:
    """Remove the System V objects of this process's effective user, who may do so."""
    libc = ctypes.CDLL(None)
    ways = {
        "shm": (libc.shmctl, (IPC_RMID, None)),
        "sem": (libc.semctl, (0, IPC_RMID)),
        "msg": (libc.msgctl, (IPC_RMID, None)),
    }
    for kind, (call, rest) in ways.items():
        for number in _ipc_of(kind, os.geteuid()):
            call(number, *rest)


def _ipc_of(kind: str, user: int) -> list[int]:
    with suppress(OSError):
        names, *lines = (line.split() for line in Path("/proc/sysvipc", kind).read_text().splitlines())
        number, owner, creator = 1, names.index("uid"), names.index("cuid")
        return [int(line[number]) for line in lines if str(user) in (line[owner], line[creator])]
    return []
