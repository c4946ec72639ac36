"""What a guest can see and do, how its calls end, and that nothing outlives it."""

import os
import tempfile
from collections import namedtuple
from operator import attrgetter
from pathlib import Path

import psutil
import pytest
import torch

from autograder.learner import Learner, LearnerError, Sandboxed, with_arguments
from autograder.sandbox import own_user
from autograder.sandbox.backends import SandboxUnavailable, launch

LIMITS = {"call_seconds": 2, "call_cpu_seconds": 2, "submission_seconds": 20, "cpu_seconds": 20, "memory_mb": 500,
          "processes": 16, "file_mb": 2, "tmp_mb": 4, "output_kb": 1, "reply_mb": 4}  # fmt: skip

MODULE = """
import os, sys, time, torch
from exercises.kit.numbers import ANSWER

def double(x): return 2 * x
def answer(): return ANSWER
def say(text): print(text); print(text, file=sys.stderr)
def sleep(seconds): time.sleep(seconds)
def leave(status): os._exit(status)
def fail(): raise ValueError("no")
def stub(): raise NotImplementedError("Write me")
def whole(): return torch.zeros(2, dtype=torch.int64).log_softmax(0)
def counter():
    total = 0
    def count(by): nonlocal total; total += by; return total
    return count
def look(path): return sorted(os.listdir(path))
def write(path): open(path, "w").write("x"); return True
def environment(): return dict(os.environ)
def descriptors():
    found = []
    for number in range(256):
        try: os.fstat(number); found.append(number)
        except OSError: pass
    return found
def numbers(): import random; import numpy; return random.random(), numpy.random.rand(), torch.rand(1).item()
def change(x): x.zero_(); return x
def read(path): return open(path, "rb").read(10)
def kit_path(): import exercises.kit.numbers as kit; return kit.__file__
def home(): return os.environ["TMPDIR"]
def connect(pid): import socket; socket.socket()
def within(): import socket; socket.socket(socket.AF_UNIX).close(); return True
def managed():
    import multiprocessing as m
    with m.Manager() as manager: return dict(manager.dict(a=1))
def trace(pid):
    import ctypes; libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, pid, 0, 0): raise PermissionError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def leave_behind():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if (pid := os.fork()): os.write(writer, str(pid).encode()); os._exit(0)
        while True: time.sleep(1)
    return int(os.read(reader, 20))
def pids(): return os.getpid(), os.getppid(), os.getuid()
class Model:
    def __init__(self, w): self.w = w
    def forward(self, x): return self.w * x
def weight(model): return model.w
def replace_probes(): import exercises.kit.shapes.probes as p; p.count = lambda model: 99
from typing import NamedTuple
class Pair(NamedTuple):
    mean: float
    std: float
def kind_of(x): return [type(x).__module__, type(x).__name__]
"""


def test_what_is_preloaded_is_there_before_a_guest_starts(sandbox):
    module = "import sys\ndef loaded(name): return name in sys.modules\n"
    seen = []
    for preload in ((), ("wave", "colorsys"), ("wave",), ()):  # wave: a module that nothing else here needs
        transport = Sandboxed(sandbox, {"step00/m.py": module}, LIMITS, preload)
        seen.append(Learner(transport, "step00").m.loaded("wave"))
        transport.close()
    assert seen == [False, True, True, True]


def test_what_cannot_be_preloaded_is_the_machines_fault(sandbox):
    transport = Sandboxed(sandbox, {"step00/m.py": MODULE}, LIMITS, ("no_such_module",))
    with pytest.raises(SandboxUnavailable, match="cannot be imported: ModuleNotFoundError: .*no_such_module"):
        Learner(transport, "step00").m.double(1)


@pytest.fixture
def isolated(sandbox):
    if sandbox.backend != "bwrap":
        pytest.skip("a claim about namespaces")
    return sandbox


@pytest.fixture
def own_user_only(sandbox):
    if sandbox.backend != "user":
        pytest.skip("a claim about guests that are users of their own")
    return sandbox


@pytest.fixture
def transport(sandbox):
    transport = Sandboxed(sandbox, {"step00/m.py": MODULE, "step00/broken.py": "def f(:\n"}, LIMITS)
    yield transport
    transport.close()


@pytest.fixture
def m(transport):
    return Learner(transport, "step00", seed=5).m


def test_a_function_gets_its_arguments_and_gives_its_value(m):
    assert m.double(21) == 42
    assert m.double(x=[1]) == [1, 1]


def test_a_record_arrives_as_the_modules_own_class(m):
    pair = namedtuple("Pair", "mean std")(1.0, 2.0)
    assert m.kind_of(pair) == ["exercises.step00.m", "Pair"]


def test_the_kit_is_the_courses_own(m):
    assert m.answer() == 42


def test_a_module_of_the_kit_can_be_reached(transport):
    with pytest.raises(LearnerError, match="has no `nothing`"):
        Learner(transport, "step00").kit.numbers.nothing()


def test_a_module_in_a_folder_of_the_kit_can_be_reached(transport):
    assert Learner(transport, "step00").kit.shapes.dots.dots(3) == "..."


def test_a_probe_of_the_kit_is_the_courses_own_whatever_a_submission_puts_there(transport, m):
    assert Learner(transport, "step00").kit.shapes.probes.count(m.Model(2)) == 1
    m.replace_probes()
    assert Learner(transport, "step00").kit.shapes.probes.count(m.Model(2)) == 1
    with pytest.raises(LearnerError) as missing:
        Learner(transport, "step00").kit.numbers.probes.count(1)
    assert missing.value.kind == "missing"


def test_what_a_function_writes_into_its_arguments_comes_back_with_its_result(m):
    x = torch.ones(2)
    result, after = with_arguments(m.change, x)
    assert torch.equal(result, torch.zeros(2)) and torch.equal(after, torch.zeros(2)) and torch.equal(x, torch.ones(2))
    assert with_arguments(m.Model(2).forward, 3) == (6, 3)
    with pytest.raises(LearnerError, match="not callable"):
        with_arguments(3, 4)


def test_what_is_not_in_a_folder_of_the_kit_is_missing(transport):
    for path in ("shapes.gone.f", "shapes.dots.gone", "numbers.gone.f"):
        with pytest.raises(LearnerError) as caught:
            attrgetter(path)(Learner(transport, "step00").kit)()
        assert caught.value.kind == "missing", path


def test_no_module_outside_of_the_kit_is_reached_through_it(transport):
    with pytest.raises(LearnerError, match="there is no kit/shapes/pydoc_data/topics.py"):
        Learner(transport, "step00").kit.shapes.pydoc_data.topics.topics()


def test_a_name_in_a_package_of_a_step_is_no_module_unless_the_step_imports_it(sandbox):
    files = {"step00/own/__init__.py": "", "step00/own/helper.py": "def f(): return 1\n"}
    transport = Sandboxed(sandbox, files, LIMITS)
    with pytest.raises(LearnerError, match="own.py has no `helper`"):
        Learner(transport, "step00").own.helper.f()
    transport.close()


def test_what_it_prints_is_kept_up_to_the_limit(m, capsys):
    m.say("hello")
    m.say("x" * 5000)
    assert capsys.readouterr().out.startswith("hello\nhello\n")


def test_printing_without_end_is_cut(m, capsys):
    m.say("x" * 5000)
    printed = capsys.readouterr().out
    assert printed.startswith("x" * 1024 + "\n[... ") and len(printed) < 1100


def test_an_exception_tells_its_type_message_and_line(m):
    with pytest.raises(LearnerError) as caught:
        m.fail()
    assert (caught.value.kind, caught.value.type_name, caught.value.message) == ("error", "ValueError", "no")
    assert caught.value.where["function"] == "fail" and "m.py" in caught.value.traceback


def test_what_torch_has_not_implemented_is_an_error(m):
    with pytest.raises(LearnerError) as error:
        m.whole()
    assert (error.value.kind, error.value.type_name) == ("error", "NotImplementedError")


def test_a_stub_is_not_started(m):
    with pytest.raises(LearnerError) as caught:
        m.stub()
    assert caught.value.kind == "not_started"


def test_a_missing_function_is_missing(m):
    with pytest.raises(LearnerError, match="m.py has no `nothing`"):
        m.nothing()


def test_a_missing_module_was_not_handed_in(transport):
    with pytest.raises(LearnerError, match="gone.py was not handed in") as caught:
        Learner(transport, "step00").gone.f()
    assert caught.value.where == {"file": "exercises/step00/gone.py", "function": "f"}


def test_a_step_of_which_there_is_no_module_was_not_handed_in(transport):
    with pytest.raises(LearnerError, match="nothing of step01 was handed in") as caught:
        Learner(transport, "step01").gone.f()
    assert (caught.value.kind, caught.value.where) == ("not_handed_in", None)


def test_a_missing_module_of_the_kit_is_missing(transport):
    with pytest.raises(LearnerError) as caught:
        Learner(transport, "step00").kit.gone.f()
    assert caught.value.kind == "missing"


def test_a_module_that_does_not_import_says_why(transport):
    with pytest.raises(LearnerError, match="SyntaxError") as caught:
        Learner(transport, "step00").broken.f()
    assert caught.value.kind == "import"


def test_a_closure_stays_behind_a_handle_and_keeps_its_state(m):
    count = m.counter()
    assert [count(1), count(2)] == [1, 3]


def test_an_object_can_be_called_read_and_passed_back(m):
    model = m.Model(3)
    assert (model.forward(2), model.w, m.weight(model)) == (6, 3, 3)


def test_a_call_that_takes_too_long_is_ended_and_not_tried_again(m):
    with pytest.raises(LearnerError, match="did not finish within 2 s"):
        m.sleep(60)
    with pytest.raises(LearnerError, match="not called again"):
        m.sleep(0)
    assert m.double(1) == 2


def test_a_handle_whose_process_has_ended_says_so(m):
    count = m.counter()
    with pytest.raises(LearnerError):
        m.leave(3)
    with pytest.raises(LearnerError, match="has been ended"):
        count(1)


def test_an_exit_is_told_with_its_status(m):
    with pytest.raises(LearnerError, match="exit status 7"):
        m.leave(7)


def test_the_submissions_time_is_counted_over_all_calls(sandbox):
    transport = Sandboxed(sandbox, {"step00/m.py": MODULE}, LIMITS | {"submission_seconds": 1.0})
    m = Learner(transport, "step00").m
    with pytest.raises(LearnerError, match="did not finish"):
        m.sleep(60)
    with pytest.raises(LearnerError, match="has used up its 1 s"):
        m.double(1)


def test_random_numbers_depend_on_the_seed_alone(transport):
    first, again, other = (Learner(transport, "step00", seed).m.numbers() for seed in (1, 1, 2))
    assert first == again and not set(first) & set(other)


def test_an_argument_changed_in_place_is_a_copy(m):
    import torch

    x = torch.ones(3)
    assert m.change(x).sum() == 0 and x.sum() == 3


def test_a_test_may_not_hand_over_functions(m):
    with pytest.raises(TypeError, match="data and handles"):
        m.double(print)


def test_only_the_channel_is_open(m):
    assert m.descriptors() == [0, 1, 2, 3]


def test_the_environment_holds_nothing_of_the_hosts(m):
    assert m.environment()["USER"] == "learner"
    assert m.environment()["PYTHONPATH"].endswith("/autograder/sandbox/spawned")
    assert not {"SHELL", "LMI_SALT", "VIRTUAL_ENV", "LMI_DATA"} & set(m.environment())


def test_guests_leave_no_process_behind(sandbox, m):
    m.double(1)
    with pytest.raises(LearnerError):
        m.leave(0)
    assert sandbox.descendants() == []


def test_the_course_is_out_of_sight(isolated, m):
    assert m.look("/lmi") == ["autograder", "exercises", "tmp"] and m.look("/lmi/exercises") == ["kit"]


OWN = ("/lmi/tmp", "/dev/shm")  # and /tmp, where nothing of the host lies there


def test_only_its_own_folders_can_be_written(isolated, m):
    assert [m.write(f"{place}/x") for place in OWN] == [True] * len(OWN)
    for place in ("/x", "/dev/x", "/lmi/x", "/usr/x", "/proc/x", str(Path.cwd() / "x")):
        with pytest.raises(LearnerError):
            m.write(place)


def test_the_next_guest_starts_with_an_empty_tmp(isolated, m):
    for place in OWN:
        m.write(f"{place}/left-behind")
    with pytest.raises(LearnerError):
        m.leave(0)
    assert not any("left-behind" in m.look(place) for place in OWN)


def test_other_processes_are_out_of_sight(isolated, m):
    assert m.pids() == (2, 1, 65534) and m.look("/proc") == ["cpuinfo", "meminfo"]


def test_each_guest_is_a_user_of_its_own(own_user_only, m):
    user = m.pids()[2]
    with pytest.raises(LearnerError):
        m.leave(0)
    assert own_user.FIRST <= user != m.pids()[2] >= own_user.FIRST


def test_what_is_roots_cannot_be_read_by_another_user(own_user_only, m, tmp_path_factory):
    for place in (tmp_path_factory.getbasetemp(), Path("/proc/1/environ"), Path(f"/proc/{os.getpid()}/environ")):
        with pytest.raises(LearnerError, match="Permission"):
            m.read(str(place))


def test_another_user_cannot_change_the_kit_or_the_guests_code(own_user_only, m):
    for place in (m.kit_path(), str(Path(m.kit_path()).parents[2] / "autograder/sandbox/guest.py")):
        with pytest.raises(LearnerError, match="Permission"):
            m.write(place)


def test_another_user_has_no_network_and_sees_no_other_process_s_memory(own_user_only, m):
    for attempt in (m.connect, m.trace):
        with pytest.raises(LearnerError, match="not permitted"):
            attempt(os.getpid())


def test_what_a_guest_leaves_behind_ends_with_it(own_user_only, m):
    pid, home = m.leave_behind(), m.home()
    assert psutil.pid_exists(pid)
    with pytest.raises(LearnerError):
        m.leave(0)
    assert not psutil.pid_exists(pid) and not Path(home).exists()


def test_a_course_that_others_may_enter_is_refused(own_user_only, tmp_path):
    open_folder = Path(tempfile.mkdtemp())
    open_folder.chmod(0o755)
    assert "other users may enter" in own_user.problem(open_folder)
    open_folder.rmdir()


def test_an_unknown_backend_is_refused(tmp_path):
    with pytest.raises(SandboxUnavailable, match="no sandbox called 'docker'"):
        launch("docker", tmp_path, tmp_path / "exercises" / "kit", 1)


def test_without_bubblewrap_nothing_else_is_chosen_in_silence(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.backends.bwrap_problem", lambda: "bubblewrap is not installed.")
    with pytest.raises(SandboxUnavailable, match="--sandbox process"):
        launch("bwrap", tmp_path, tmp_path / "exercises" / "kit", 1)


def test_processes_of_a_guest_with_its_own_network_may_talk(m, sandbox):
    if sandbox.backend != "bwrap":
        pytest.skip("the network is the machine's")
    assert m.within() is True and m.managed() == {"a": 1}


def test_no_socket_is_had_where_the_network_is_the_machines(m, own_user_only):
    with pytest.raises(LearnerError, match="PermissionError"):
        m.within()
