"""How a guest shuts itself in, before it runs a line of a submission: namespaces, privileges, system calls, resources.

Runs inside the sandbox, after a fork and with one thread. Linux only, apart from `limit_resources`.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
from pathlib import Path

NOBODY = 65534
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP = 1, 4, 24, 38, 22
SHARED_MEMORY = "/dev/shm"
CLONE = {"mount": 0x20000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000}
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC = 1, 2, 4, 8, 32, 4096, 16384
SIGKILL = 9
TMP_INODES = 4096  # files and folders, which take memory without a byte in them

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def _tmpfs(target: str, flags: int, options: str) -> None:
    _check(_libc.mount(b"tmpfs", target.encode(), b"tmpfs", flags, options.encode()), f"mount tmpfs on {target}")


def _bind(source: Path, target: str | Path) -> None:
    """With what is mounted below it."""
    _check(_libc.mount(bytes(source), os.fsencode(target), None, MS_BIND | MS_REC, None), f"bind {source} to {target}")


def die_with_parent() -> None:
    _check(_libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)")


def outlive_parent() -> None:
    """Take back `die_with_parent`: for one that has to clear up first."""
    _check(_libc.prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)")


def enter_namespaces(tmp: str, tmp_mb: int) -> None:
    """Leave the zygote's world: own user, process, mount, IPC and network namespaces and an empty private `tmp`.

    What is written to /tmp and what lies in shared memory count with it against `tmp_mb`.
    The caller's next child is process 1 of the new process namespace. As root, become nobody first, so that the kernel
    counts processes against this guest and not against a user whom it never limits.
    """
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        _check(_libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl(PR_SET_DUMPABLE)")
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.unshare(sum(CLONE.values())), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")
    _make_private(tmp, tmp_mb)


def _make_private(tmp: str, tmp_mb: int) -> None:
    _tmpfs(tmp, MS_NOSUID | MS_NODEV, f"size={tmp_mb}m,nr_inodes={TMP_INODES},mode=0700")
    own, usual, shared = (Path(tmp, name) for name in ("own", "usual", "shared"))
    for folder in (own, usual, shared):
        folder.mkdir(mode=0o700)
    for lying_there in Path("/tmp").glob("*"):  # Python, say, in an environment below it: it stays in sight
        place = usual / lying_there.name
        place.mkdir() if lying_there.is_dir() else place.touch()
        _bind(lying_there, place)
    _bind(shared, SHARED_MEMORY)
    if os.path.isdir("/tmp"):
        _bind(usual, "/tmp")
    _bind(own, tmp)  # last: it hides the others' sources


def hide_proc() -> None:
    """Replace /proc by a read-only folder that tells only what libraries ask of the processor and the memory."""
    told = {name: Path("/proc", name).read_text() for name in ("cpuinfo", "meminfo") if Path("/proc", name).exists()}
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    _tmpfs("/proc", flags, "size=1m,mode=0755")
    for name, text in told.items():
        Path("/proc", name).write_text(text)
    _check(_libc.mount(None, b"/proc", None, flags | MS_RDONLY | MS_REMOUNT, None), "remount /proc read-only")


def drop_privileges(own_network: bool) -> None:
    """Give up every capability, for good, and the system calls that no solution needs.

    With a network of its own a guest may have sockets that lead to its own processes, as `multiprocessing` asks for.
    """
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl(PR_SET_NO_NEW_PRIVS)")
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    header = struct.pack("=Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _check(_libc.capset(header, bytes(24)), "capset")
    _filter_system_calls(own_network)


def virtual_memory() -> int:
    """Bytes of address space in use now; 0 where /proc does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def limit_resources(limits: dict[str, float], baseline: int) -> None:
    """Hard limits of this process. `baseline`: address space that libraries take, on top of which memory counts."""
    mib = 2**20
    wanted = {
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_FSIZE: limits["file_mb"] * mib,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":  # elsewhere these count or mean other things
        wanted |= {resource.RLIMIT_AS: baseline + limits["memory_mb"] * mib, resource.RLIMIT_NPROC: limits["processes"]}
        wanted |= {resource.RLIMIT_MSGQUEUE: 0}
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        bound = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(kind, (bound, bound))


# ---------------------------------------------------------------- files, where there is no mount namespace

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446  # on all architectures
_VERSION, _BENEATH, _PATH = 1, 1, 0o10000000  # ask for the version; a rule about what is beneath a path; O_PATH
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights over files each version of it knows; later ones 16
_READ, _ON_FILES = 0b1101, 0b1100000000000111  # execute, read files and folders; rights that a file can have


def landlock_version() -> int:
    """Of Landlock, with which a process gives up files for itself and its children; 0 where the kernel has none."""
    return max(0, int(_libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _VERSION)))


def keep_to(readable: list[str], writable: list[str]) -> None:
    """From now on open no file or folder but these and what is beneath them, for good. After `drop_privileges`."""
    every = 2 ** _RIGHTS.get(landlock_version(), 16) - 1
    ruleset = int(_libc.syscall(_LANDLOCK_CREATE, struct.pack("=Q", every), ctypes.c_size_t(8), 0))
    _check(min(ruleset, 0), "landlock_create_ruleset")
    for rights, places in ((_READ, readable), (every, writable)):
        for place in filter(os.path.exists, places):
            descriptor = os.open(place, _PATH | os.O_CLOEXEC)
            allowed = rights if os.path.isdir(place) else rights & _ON_FILES
            rule = struct.pack("=Qi", allowed, descriptor)
            _check(_libc.syscall(_LANDLOCK_ADD, ruleset, _BENEATH, rule, 0), f"landlock_add_rule for {place}")
            os.close(descriptor)
    _check(_libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0), "landlock_restrict_self")
    os.close(ruleset)


# ---------------------------------------------------------------- system calls

# name: (x86-64, 64-bit Arm). Denied: other namespaces and mounts, other processes, memory that no limit counts, the
# kernel's inside, sockets, and what lies in the kernel until somebody removes it: System V and POSIX messages,
# System V semaphores and shared memory, AIO contexts. (Locks of multiprocessing are files in shared memory.)
_DENIED = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "unshare": (272, 97), "setns": (308, 268),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "userfaultfd": (323, 282),
    "bpf": (321, 280), "perf_event_open": (298, 241), "io_uring_setup": (425, 425), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "chroot": (161, 51),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "shmdt": (67, 197),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "mq_open": (240, 180), "mq_unlink": (241, 181), "mq_timedsend": (242, 182), "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184), "mq_getsetattr": (245, 185),
    "io_setup": (206, 0), "io_destroy": (207, 1), "io_submit": (209, 2), "io_cancel": (210, 3),
    "io_getevents": (208, 4), "io_pgetevents": (333, 292),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), 435
_SOCKET, _AF_UNIX = (41, 198), 1
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_LOAD, _JUMP_EQUAL, _JUMP_ANY_BIT, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _ERRNO, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050000, 1, 38
_X32 = 0x40000000


def _filter_system_calls(own_network: bool) -> None:
    """Install a seccomp filter that answers EPERM to the calls above, to a clone that makes a user namespace and to
    sockets, but for those within the machine where the network is the guest's own."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(f"no system-call filter is known for {machine}")
    column, audit = _ARCHITECTURES[machine]
    program = [(_LOAD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    program += [(_JUMP_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for numbers in _DENIED.values():
        program += [(_JUMP_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    program += [
        (_JUMP_EQUAL, 0, 1, _CLONE3),
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
    ]  # its flags are out of a filter's sight
    allowed = _ALLOW if own_network else _ERRNO | _EPERM
    program += [(_JUMP_EQUAL, 0, 4, _SOCKET[column]), (_LOAD, 0, 0, 16), (_JUMP_EQUAL, 0, 1, _AF_UNIX)]
    program += [(_RETURN, 0, 0, allowed), (_RETURN, 0, 0, _ERRNO | _EPERM)]
    program += [(_JUMP_EQUAL, 0, 3, _CLONE[column]), (_LOAD, 0, 0, 16)]
    program += [(_JUMP_ANY_BIT, 0, 1, CLONE["user"]), (_RETURN, 0, 0, _ERRNO | _EPERM), (_RETURN, 0, 0, _ALLOW)]
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    fprog = struct.pack("=H6xQ", len(program), ctypes.addressof(buffer))
    _check(_libc.prctl(PR_SET_SECCOMP, 2, ctypes.create_string_buffer(fprog, len(fprog)), 0, 0), "seccomp filter")
