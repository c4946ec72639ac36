"""`lmi watch`, used through a pipe: lines go in as keys, and each test waits for what it expects to read."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.study import watch
from autograder.study.events import stamps
from autograder.study.interpreter import environment
from tests.engine.tiny_course import SOLUTION, STEP_TOML, STUB, edited

PATIENCE = 120  # seconds: far more than it takes, also on a busy machine
SUMS = Path("exercises/step00_sums/sums.py")
DOUBLED = edited(STUB, ('raise NotImplementedError("Add x to itself")', "return 2 * x")).lstrip()
TRIPLED = DOUBLED.replace("2 * x", "3 * x")
RUN = """
from pathlib import Path
from autograder.course import load_course
from autograder.study import watch
raise SystemExit(watch(load_course(Path.cwd())))
"""


class Watching:
    """A running `lmi watch` and the lines that it has said."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", RUN], cwd=root, env=environment(), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        )  # fmt: skip
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip())
        self._lines.put(None)

    def hears(self, words: str) -> str:
        """The next line that holds these words."""
        said = []
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            said.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} was never said, but:\n" + "\n".join(said))

    def key(self, key: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{key}\n")
        self.process.stdin.flush()

    def save(self, text: str) -> None:
        (self.root / SUMS).write_text(text)

    def ends(self) -> int:
        return self.process.wait(PATIENCE)


@pytest.fixture
def start(write_course: Callable[..., Path]) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def begin(content: str, changes: Mapping[str, str] | None = None) -> Watching:
        started.append(Watching(write_course({SUMS.as_posix(): content, **(changes or {})})))
        return started[-1]

    yield begin
    for watching in started:
        watching.process.kill()
        watching.process.wait()


def test_saves_and_keys_lead_from_a_wrong_function_to_the_next_exercise(start: Callable[..., Watching]) -> None:
    watching = start(TRIPLED)
    watching.hears("00.double  Twice a number  (failing")
    watching.hears("Twice three is six")
    watching.hears("waiting for a save")
    watching.key("h")
    watching.hears("Add the number to itself.")
    watching.save(DOUBLED)
    watching.hears("✓ 00.double passes.")
    watching.hears("00.total ★  The sum of a list  (not started")
    watching.hears("waiting for a save")
    watching.key("l")
    watching.hears("✓ 00.double")
    watching.hears("→ · 00.total ★")
    watching.key("?")
    watching.hears("h hint · n next exercise · l list · q quit")
    watching.save(SOLUTION.lstrip())
    watching.hears("All done here.")
    watching.key("q")
    assert watching.ends() == 0


def test_every_file_that_the_modules_import_is_seen_in_whatever_encoding(start: Callable[..., Watching]) -> None:
    uses = "from .mine import A\nfrom .deep.more import B\nfrom exercises.kit.numbers import ANSWER\n"
    module = uses + DOUBLED.replace("2 * x", "A * B * ANSWER * x")
    helpers = {"mine.py": "A = 3\n", "deep/__init__.py": "", "deep/more.py": "B = 3\n"}
    changes = {f"exercises/step00_sums/{name}": text for name, text in helpers.items()}
    watching = start(module, changes | {"exercises/kit/numbers.py": "ANSWER = 1\n"})
    watching.hears(": 27 where")
    watching.hears("waiting for a save")
    step = watching.root / "exercises/step00_sums"
    (step / "mine.py").write_bytes("# coding: latin-1\nA = 4 * len('é')\n".encode("latin-1"))
    watching.hears(": 36 where")
    watching.hears("waiting for a save")
    (step / "deep/more.py").write_text("B = 5\n")
    watching.hears(": 60 where")
    watching.hears("waiting for a save")
    (watching.root / "exercises/kit/numbers.py").write_text("ANSWER = 1 / 10\n")
    watching.hears("✓ 00.double passes.")


def test_next_goes_to_the_next_that_waits_and_around(start: Callable[..., Watching]) -> None:
    independent = edited(STEP_TOML, ('requires = ["double"]', "requires = []"))
    watching = start(TRIPLED, {"grading_configs/step00.toml": independent})
    watching.hears("00.double  Twice a number  (failing")
    watching.hears("waiting for a save")
    watching.key("n")
    watching.hears("00.total ★  The sum of a list  (not started")
    watching.key("n")
    watching.hears("00.double  Twice a number  (failing")
    watching.key("q")
    assert watching.ends() == 0


def test_what_breaks_is_shown_before_what_is_not_started(start: Callable[..., Watching]) -> None:
    watching = start(DOUBLED)
    watching.hears("00.total ★  The sum of a list  (not started")
    watching.hears("waiting for a save")
    watching.save(TRIPLED + "# longer\n")
    watching.hears("✗ 00.double passed before, and does not now.")
    watching.hears("00.double  Twice a number  (failing")
    watching.key("q")
    assert watching.ends() == 0


def test_the_end_of_the_pipe_ends_it_after_the_running_check(start: Callable[..., Watching]) -> None:
    watching = start(DOUBLED)
    assert watching.process.stdin
    watching.process.stdin.close()
    watching.hears("00.total ★  The sum of a list  (not started")
    assert watching.ends() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a named pipe tells when the check has begun")
def test_a_save_ends_a_check_that_never_would(start: Callable[..., Watching], tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    watching = start(DOUBLED.replace("return 2 * x", f"open({str(begun)!r}, 'w').close()\n    while True: pass"))
    begun.open().close()  # waits for the endless check to open it, too
    watching.save(DOUBLED)
    watching.hears("00.total ★  The sum of a list  (not started")
    watching.key("q")
    assert watching.ends() == 0


def test_code_that_ends_the_process_is_told_and_the_next_save_is_checked(start: Callable[..., Watching]) -> None:
    watching = start("import os\nos._exit(0)\n")
    watching.hears("ended")
    watching.save(DOUBLED)
    watching.hears("00.total ★  The sum of a list  (not started")
    watching.key("q")
    assert watching.ends() == 0


@pytest.mark.parametrize("name", ["exercises/step00_sums/deep/mine.py", "exercises/mine.py", "mine.py", "own/mine.py"])
def test_a_helper_of_the_learners_own_is_seen_wherever_it_lies(tiny_root: Path, name: str) -> None:
    before = stamps(tiny_root)
    (tiny_root / name).parent.mkdir(exist_ok=True)
    (tiny_root / name).write_text("x = 1\n")
    assert stamps(tiny_root).keys() - before.keys() == {tiny_root / name}


@pytest.mark.parametrize(
    "name", ["tests/public/step00/test_x.py", ".venv/x.py", "env/lib/x.py", "exercises/__pycache__/x.py"]
)
def test_what_no_module_of_theirs_imports_is_passed_over(tiny_root: Path, name: str) -> None:
    (tiny_root / "env").mkdir()
    (tiny_root / "env/pyvenv.cfg").write_text("")
    before = stamps(tiny_root)
    (tiny_root / name).parent.mkdir(parents=True, exist_ok=True)
    (tiny_root / name).write_text("x = 1\n")
    assert stamps(tiny_root) == before


def test_an_unknown_step_is_refused(tiny_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(load_course(tiny_root), "7") == 2
    assert "the steps are 00" in capsys.readouterr().err
