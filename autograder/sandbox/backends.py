"""The ways to start a guest's zygote.

Under bubblewrap (isolated), as root with guests that are users of their own (isolated by permissions: for containers
that forbid namespaces) or as a plain process (limits only).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.sandbox import isolate, own_user

INSIDE = Path("/lmi")  # where the course's given files appear in the sandbox
USER = "learner"  # what a submission is told
TMP = INSIDE / "tmp"  # not /tmp, where the interpreter may be
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/localtime", "/nix/store")
INSTALL = (
    "Install bubblewrap (Debian, Ubuntu: apt install bubblewrap), or pass --sandbox process to grade without isolation."
)


BACKENDS = ("bwrap", "user", "process")


class SandboxUnavailable(Exception):
    """This machine cannot run the wanted sandbox; the message says why and what to do."""


@dataclass(frozen=True)
class Launch:
    """How to start a zygote: a command, its environment, and what the guest needs to know about its surroundings."""

    command: list[str]
    environment: dict[str, str]
    isolated: bool
    kit_root: str
    tmp: str
    cleanup: Path | None = None
    caveats: tuple[str, ...] = ()  # what a reader of the score should know
    users: own_user.Users | None = None  # whom its guests may be
    readable: tuple[str, ...] = ()  # what they may read, where permissions alone would leave them more

    def discard(self) -> None:
        """Remove what was made for it on disk, and give back its users."""
        if self.users:
            self.users.release()
        if self.cleanup:
            shutil.rmtree(self.cleanup, ignore_errors=True)


def launch(backend: str, root: Path, kit: Path, threads: int, private: Iterable[Path] = ()) -> Launch:
    """The launch for `backend`, one of BACKENDS. `kit`: given code, if any, at the same place in the guest's root.

    `private`: what no guest may reach besides `root`: submissions, reports. Refused where a guest could.
    """
    if backend == "bwrap":
        return _bwrap(root, kit, threads)
    if backend == "process":
        return _process(root, kit, threads)
    if backend == "user":
        return _user(root, kit, threads, private)
    raise SandboxUnavailable(
        f"there is no sandbox called {backend!r}; choose {', '.join(BACKENDS[:-1])} or {BACKENDS[-1]}"
    )


def _environment(threads: int, tmp: Path) -> dict[str, str]:
    count = str(threads)
    threading = {f"{library}_NUM_THREADS": count for library in ("OMP", "MKL", "OPENBLAS")}
    return threading | {
        "OMP_WAIT_POLICY": "PASSIVE",  # a thread that waits for another must not use up the submission's processor time
        "PATH": "/usr/bin:/bin", "HOME": str(tmp), "TMPDIR": str(tmp), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2",
        "USER": USER, "LOGNAME": USER, "HF_HUB_OFFLINE": "1", "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def _process(root: Path, kit: Path, threads: int) -> Launch:
    home = Path(tempfile.mkdtemp(prefix="lmi-guest-"))
    if kit.is_dir():
        place = home / kit.relative_to(root)
        place.parent.mkdir(parents=True)
        place.symlink_to(kit)
    code = home / "autograder"
    code.mkdir()
    (code / "sandbox").symlink_to(Path(__file__).parent)
    command = [sys.executable, *_interpreter_arguments(home)]
    return Launch(command, _environment(threads, home), isolated=False, kit_root=str(home), tmp=str(home), cleanup=home)


def _user(root: Path, kit: Path, threads: int, private: Iterable[Path]) -> Launch:
    try:
        users = own_user.claim(root, private)
    except own_user.Refused as reason:
        raise SandboxUnavailable(str(reason)) from None
    home = own_user.make_home(root, kit, Path(__file__).parent)
    tmp = home / "tmp"
    command = [sys.executable, *_interpreter_arguments(home)]
    given = (*SYSTEM, *own_user.READABLE, *map(str, _python_paths()), str(home))
    readable = given if isolate.landlock_version() else ()
    return Launch(
        command, _environment(threads, tmp), isolated=True, kit_root=str(home), tmp=str(tmp), cleanup=home,
        caveats=(own_user.CAVEAT if readable else own_user.CAVEAT_WITHOUT_LANDLOCK,), users=users, readable=readable,
    )  # fmt: skip


def _bwrap(root: Path, kit: Path, threads: int) -> Launch:
    if reason := bwrap_problem():
        raise SandboxUnavailable(f"{reason} {INSTALL}")
    bound = _python_paths()
    command = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--die-with-parent", "--new-session", *_identity()]
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            command += ["--ro-bind", str(path), str(path)]
    command += ["--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--dir", "/tmp"]
    if any(root.is_relative_to(path) for path in SYSTEM):
        command += ["--tmpfs", str(root)]  # the course lies inside something that the guest sees: cover it
    for (
        path
    ) in bound:  # from the outermost inwards, so that an environment inside the course is seen and the course is not
        command += [*_parents(path), "--ro-bind", str(path), str(path)]
        command += ["--tmpfs", str(root)] if root.is_relative_to(path) else []
    command += [*_parents(TMP), "--tmpfs", str(TMP)]
    inside = INSIDE / kit.relative_to(root)
    for source, target in ((Path(__file__).parent, INSIDE / "autograder/sandbox"), (kit, inside)):
        if not source.is_dir():
            continue  # a course without a kit
        command += [*_parents(target), "--ro-bind", str(source), str(target)]
    command += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", sys.executable]
    command += _interpreter_arguments(INSIDE)
    return Launch(command, _environment(threads, TMP), isolated=True, kit_root=str(INSIDE), tmp=str(TMP))


def _interpreter_arguments(code: Path) -> list[str]:
    tied = "from autograder.sandbox import isolate; isolate.die_with_parent()" if sys.platform == "linux" else "pass"
    run = "runpy.run_module('autograder.sandbox.zygote', run_name='__main__')"
    return ["-I", "-c", f"import runpy, sys; sys.path.insert(0, {str(code)!r}); {tied}; {run}"]


def _identity() -> list[str]:
    """As root keep only the right to make guests nobody (before anything of a submission runs) and to kill them."""
    if os.getuid() == 0:
        kept = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL")
        return ["--cap-drop", "ALL", *(word for capability in kept for word in ("--cap-add", capability))]
    return ["--unshare-user", "--uid", "65534", "--gid", "65534"]


def _parents(path: Path) -> list[str]:
    """Readable parent folders, which bubblewrap would otherwise give the modes that they have outside."""
    return [word for parent in reversed(path.parents[:-1]) for word in ("--perms", "0755", "--dir", str(parent))]


@cache
def _python_paths() -> tuple[Path, ...]:
    """The interpreter, its standard library and its packages, where they are not part of the system."""
    places = {sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    places.add(str(Path(sys.executable).resolve().parent.parent))
    paths = sorted({Path(place) for place in places}, key=lambda p: len(p.parts))
    kept: list[Path] = []
    for path in paths:
        covered = any(path.is_relative_to(other) for other in (*kept, Path("/usr")))
        if not covered:
            kept.append(path)
    return tuple(kept)


@cache
def bwrap_problem() -> str | None:
    """Why bubblewrap cannot isolate here, or None when it can."""
    if sys.platform != "linux":
        return "bubblewrap isolates on Linux only."
    if shutil.which("bwrap") is None:
        return "bubblewrap (the program bwrap) is not installed."
    probe = [
        "bwrap",
        *_identity(),
        "--unshare-pid",
        "--unshare-net",
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "true",
    ]
    done = subprocess.run(probe, capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        return f"bubblewrap is installed but may not make namespaces here ({done.stderr.strip() or done.returncode})."
    return None
