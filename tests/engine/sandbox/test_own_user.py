"""Guests that are users of their own: nobody else's users, nothing left for the next, nothing private within reach."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from autograder.learner import Learner, LearnerError, Sandboxed
from autograder.sandbox import isolate, left_behind, own_user
from autograder.sandbox.backends import SandboxUnavailable
from autograder.sandbox.host import Sandbox
from tests.engine.sandbox.test_use import LIMITS

MODULE = """
import os
from pathlib import Path
def who(): return os.getuid()
def read(path): return Path(path).read_text()
def litter(places):
    done = []
    for place in places:
        try:
            Path(place, f"left-by-{os.getuid()}").write_text("for the next")
            os.chdir(place)
            for _ in range(1100 if place == "/tmp" else 2):
                os.mkdir(f"deep-{os.getuid()}")
                os.chdir(f"deep-{os.getuid()}")
            done.append(place)
        except OSError: pass
    return done
"""
PLACES = [place for place in left_behind.PLACES if os.path.isdir(place)]


@pytest.fixture(scope="module")
def user_root(course_root):
    if problem := own_user.problem(course_root):
        pytest.skip(problem)
    return course_root


@pytest.fixture(scope="module")
def two(user_root):
    with ExitStack() as stack:
        yield [stack.enter_context(opened(user_root)) for _ in range(2)]


def opened(root, private=()):
    return Sandbox("user", root, root / "exercises" / "kit", private=private)


def guest(sandbox):
    transport = Sandboxed(sandbox, {"step00/m.py": MODULE}, LIMITS)
    return transport, Learner(transport, "step00").m


def test_the_guests_of_two_graders_are_different_users_and_end_apart(two):
    (first, one), (second, other) = map(guest, two)
    assert one.who() // own_user.EACH != other.who() // own_user.EACH
    first.close()
    assert other.who()
    second.close()


def test_a_guests_files_anywhere_are_gone_before_the_next(two):
    transport, m = guest(two[0])
    user, done = m.who(), m.litter(PLACES)
    transport.close()
    assert "/dev/shm" in done
    assert not [name for place in PLACES for name in os.listdir(place) if name.endswith(f"-{user}")]


def test_files_of_a_user_are_removed_wherever_everyone_may_write(user_root):
    users = own_user.claim(user_root)
    assert as_user(users.first, f"{MODULE}\nprint(litter({PLACES}))").communicate()[0].strip() == str(PLACES)
    users.release()
    assert not [name for place in PLACES for name in os.listdir(place) if name.endswith(f"-{users.first}")]


def test_a_guest_opens_no_file_but_its_own_and_what_is_given(two, open_class):
    if not isolate.landlock_version():
        pytest.skip("a claim about Landlock")
    transport, m = guest(two[0])
    for place in (open_class / "neighbour/answers.py", "/etc/passwd", f"/proc/{os.getpid()}/cmdline", "/sys/kernel"):
        with pytest.raises(LearnerError, match="Permission"):
            m.read(str(place))
    assert m.litter(["/tmp", "/var/tmp"]) == []
    transport.close()


def test_a_neighbours_folder_that_submissions_could_read_is_refused(user_root, open_class):
    with pytest.raises(SandboxUnavailable, match=f"other users may read {open_class}.*chmod go-rwx"):
        opened(user_root, private=[open_class])


def test_a_submission_cannot_read_its_neighbours_in_a_folder_that_is_not_refused(user_root, open_class):
    open_class.chmod(0o700)
    with opened(user_root, private=[open_class]) as sandbox:
        transport, m = guest(sandbox)
        with pytest.raises(LearnerError, match="Permission"):
            m.read(str(open_class / "neighbour" / "answers.py"))
        transport.close()


@pytest.fixture
def open_class(request):
    folder = Path(left_behind.PLACES[1], f"class-{os.getpid()}")
    (folder / "neighbour").mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "neighbour" / "answers.py").write_text("full = 'marks'\n")
    yield folder
    left_behind.remove(str(folder))


def test_what_a_grader_that_was_killed_left_running_is_ended_before_its_users_are_taken(user_root):
    users = own_user.claim(user_root)
    left = as_user(users.first, "import time; print(flush=True); time.sleep(1000)")
    left.stdout.readline()
    os.close(users.lock)  # as if killed: nothing was given back
    again = own_user.claim(user_root)
    assert again.first == users.first and left.wait() == -signal.SIGKILL
    again.release()


def test_users_who_are_somebody_elses_are_not_taken(user_root):
    users = own_user.claim(user_root)
    users.release()
    service = as_user(users.first, "import time; print(flush=True); time.sleep(1000)")
    service.stdout.readline()
    other = own_user.claim(user_root)
    assert other.first != users.first and psutil.pid_exists(service.pid)
    other.release()
    service.kill()
    service.wait()


def test_when_all_users_are_taken_the_reason_is_told(user_root, tmp_path, monkeypatch):
    monkeypatch.setattr(own_user, "LOCKS", tmp_path / "users")
    monkeypatch.setattr(own_user, "LAST", own_user.FIRST + own_user.EACH - 1)
    only = own_user.claim(user_root)
    assert "use fewer jobs" in own_user.problem(user_root)
    only.release()
    assert own_user.problem(user_root) is None


def test_locks_that_others_could_hold_are_refused(user_root, tmp_path, monkeypatch):
    monkeypatch.setattr(own_user, "LOCKS", tmp_path / "users")
    (tmp_path / "users").mkdir(mode=0o755)
    assert "not root's alone: remove it" in own_user.problem(user_root)


def test_a_zygote_keeps_its_users_when_the_host_dies(two):
    users, zygote = two[0]._launch.users, two[0]._zygote()
    assert str(own_user.LOCKS / str(users.first)) in [file.path for file in zygote.open_files()]


MAKE_IPC = """
import ctypes
libc = ctypes.CDLL(None)
print(libc.shmget(0, 4096, 0o1600), libc.semget(0, 1, 0o1600), libc.msgget(0, 0o1600))
"""


def test_ipc_objects_of_a_user_are_removed(user_root):
    users = own_user.claim(user_root)
    assert "-1" not in as_user(users.first, MAKE_IPC).communicate()[0].split()
    kept = [left_behind._ipc_of(kind, users.first) for kind in ("shm", "sem", "msg")]
    own_user._end_user(users.first, users.told[2])
    assert all(kept) and not any(left_behind._ipc_of(kind, users.first) for kind in ("shm", "sem", "msg"))
    users.release()


def test_a_very_deep_folder_is_removed(tmp_path):
    script = f"import os; os.chdir({str(tmp_path)!r})\nfor _ in range(1500): os.mkdir('d'); os.chdir('d')"
    subprocess.run([sys.executable, "-c", script], check=True)
    left_behind.remove(str(tmp_path / "d"))
    assert os.listdir(tmp_path) == []


def test_only_what_belongs_to_the_users_is_removed_and_no_link_is_followed(tmp_path):
    (tmp_path / "kept").write_text("")
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "open" / "theirs").write_text("")
    (tmp_path / "open" / "link").symlink_to(tmp_path)
    tmp_path.chmod(0o777)
    left_behind.clear({os.getuid() + 1}, left_behind.open_folders([str(tmp_path)]))
    assert sorted(os.listdir(tmp_path)) == ["kept", "open"]
    assert left_behind.open_folders([str(tmp_path)]) == [str(tmp_path), str(tmp_path / "open")]


def as_user(user, script):
    command = [sys.executable, "-I", "-c", script]
    return subprocess.Popen(command, user=user, group=user, extra_groups=[], cwd="/", stdout=subprocess.PIPE, text=True)
