"""What a guest may use is looked at whatever it does, counted once, and gone when it has ended."""

import platform
import threading

import psutil
import pytest

from autograder.learner import Learner, LearnerError, Sandboxed
from autograder.sandbox import isolate, use

LIMITS = {"call_seconds": 10, "call_cpu_seconds": 20, "submission_seconds": 60, "cpu_seconds": 60, "memory_mb": 400,
          "processes": 16, "file_mb": 2, "tmp_mb": 4, "output_kb": 1, "reply_mb": 4}  # fmt: skip

MODULE = """
import ctypes, mmap, multiprocessing, os, struct, time, torch

def start(body, *args):
    if os.fork() == 0:
        kept = body(*args)
        time.sleep(1000)

def fill(memory):
    for at in range(0, len(memory), 4096): memory[at] = 1
    return memory

def hold(mb): return fill(bytearray(mb * 2**20))
def map_all(pieces, mb): return [mmap.mmap(-1, mb * 2**20) for _ in range(pieces)]

def map_in_two():
    kept, (reader, writer) = map_all(20, 10), os.pipe()
    if os.fork() == 0:
        for piece in kept: os.write(writer, bytes([len(fill(piece)) > 0]))
        time.sleep(1000)
    for piece in kept: os.read(reader, 1); fill(piece)
    return kept

def let_go():
    kept = map_all(200, 1)
    start(lambda: kept)
    for piece in kept: fill(piece).madvise(mmap.MADV_DONTNEED)
    return kept

def drip():
    for _ in range(5): start(hold, 150)
    answer = b'{"id": 1, "value": null}'.rjust(3000)
    os.write(3, struct.pack(">4sIQ", b"LMI1", len(answer), 0))
    for byte in answer:
        os.write(3, bytes([byte]))
        time.sleep(0.001)
    time.sleep(1000)

def come_and_go():
    for _ in range(5): start(hold, 150)
    while True:
        if os.fork() == 0: os._exit(0)
        os.wait()

def share():
    for _ in range(4): start(map_in_two)
    time.sleep(1000)

def share_and_let_go():
    for _ in range(4): start(let_go)
    time.sleep(1000)

def go_on():
    for _ in range(5): start(hold, 150)

def busy_children():
    for _ in range(4): start(any, iter(int, 1))
    time.sleep(1000)

def idle_children():
    for _ in range(8): start(time.sleep, 1000)
    time.sleep(0.5)
    return True

def shared_among_children():
    kept = hold(150)
    for _ in range(4): start(kept.count, 1)
    time.sleep(0.5)
    return True

def lock():
    return multiprocessing.Lock().acquire()

def call(number, *args):
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(number, *args), ctypes.get_errno()

def many_files():
    folder = os.environ["TMPDIR"]
    for number in range(100_000): open(f"{folder}/{number}", "w").close()

def leave_orphan():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if (pid := os.fork()): os.write(writer, str(pid).encode()); os._exit(0)
        while True: time.sleep(1)
    return int(os.read(reader, 20))
"""


@pytest.fixture
def transport(sandbox):
    transport = Sandboxed(sandbox, {"step00/m.py": MODULE}, LIMITS)
    yield transport
    transport.close()


@pytest.fixture
def m(transport):
    return Learner(transport, "step00").m


def skip_where_memory_is_estimated(sandbox, m):
    if m.lock() and use.ESTIMATED in sandbox.caveats:
        pytest.skip("a claim about memory that is counted, not estimated")


@pytest.mark.parametrize("attempt", ["drip", "come_and_go", "share", "share_and_let_go"])
def test_memory_over_the_limit_is_seen(sandbox, m, attempt):
    if attempt == "share_and_let_go":
        skip_where_memory_is_estimated(sandbox, m)
    with pytest.raises(LearnerError, match="used more than 400 MB") as caught:
        getattr(m, attempt)()
    assert caught.value.kind == "out_of_memory"


def test_memory_over_the_limit_is_seen_between_calls(m, transport):
    m.go_on()
    transport._guest._watcher.join()
    with pytest.raises(LearnerError, match="used more than 400 MB"):
        m.go_on()


def test_the_time_of_all_processes_counts_and_helpers_wait_for_others(sandbox):
    limits = LIMITS | {"call_seconds": 60, "call_cpu_seconds": 1}
    transport, niceness = Sandboxed(sandbox, {"step00/m.py": MODULE}, limits), []

    def look():
        while not stopped.wait(0.1):
            niceness.append(max((p.nice() for p in sandbox.descendants() if p.is_running()), default=0))

    stopped = threading.Event()
    thread = threading.Thread(target=look)
    thread.start()
    try:
        with pytest.raises(LearnerError, match="processes used more than 3 s of processor time") as caught:
            Learner(transport, "step00").m.busy_children()
    finally:
        stopped.set()
        thread.join()
        transport.close()
    assert caught.value.kind == "timeout"
    if sandbox.backend != "user":  # a container's root may not change the priority of other users' processes
        assert max(niceness) >= use.HELPERS_NICE


@pytest.mark.parametrize("honest", ["idle_children", "shared_among_children", "lock"])
def test_what_is_shared_counts_once_and_the_zygotes_pages_not_at_all(sandbox, m, honest):
    if honest == "shared_among_children":
        skip_where_memory_is_estimated(sandbox, m)
    assert getattr(m, honest)()


COLUMN = {"x86_64": 0, "aarch64": 1}.get(platform.machine(), 0)
MAKERS = {"msgget": (0, 0o1600), "semget": (0, 1, 0o1600), "shmget": (0, 4096, 0o1600), "mq_open": (0, 0o102),
          "io_setup": (8, 0)}  # fmt: skip


@pytest.mark.parametrize("name", MAKERS)
def test_what_would_stay_in_the_kernel_is_denied(sandbox, m, name):
    if not sandbox.isolated:
        pytest.skip("a claim about the filter of system calls")
    assert m.call(isolate._DENIED[name][COLUMN], *MAKERS[name]) == (-1, 1)


def test_the_number_of_files_is_bounded(sandbox, m):
    if sandbox.backend != "bwrap":
        pytest.skip("a claim about a private file system")
    with pytest.raises(LearnerError, match="No space left"):
        m.many_files()


def test_an_orphan_ends_with_the_guest_that_left_it(sandbox, m, transport):
    orphan = m.leave_orphan()
    here = orphan if sandbox.backend != "bwrap" else max(p.pid for p in sandbox.descendants())
    assert psutil.pid_exists(here)
    transport.close()
    assert sandbox.descendants() == [] and not psutil.pid_exists(here)
