"""`lmi watch`: every save is checked, and the next exercise that fails is shown."""

from __future__ import annotations

import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from autograder.course import Course, Exercise, Step, UnknownName
from autograder.study.check import sentence
from autograder.study.console import make_console
from autograder.study.events import Event, listen_to_files, listen_to_keys, single_keys, stamps
from autograder.study.hints import next_hint
from autograder.study.recheck import Rechecker
from autograder.study.running import Run
from autograder.study.watch_view import BROKEN, KEYS_LINE, show_exercise, show_list, show_result
from autograder.testing import next_exercise
from autograder.words import could_not

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE = 20.0  # seconds of checking after which something is said
FINISHED = ("passed", "blocked", None)


def watch(course: Course, step: str | None = None, stdin: TextIO | None = None, console: Console | None = None) -> int:
    """Check the public tests at every save until `q`, Ctrl-C or the end of a pipe; 0, or 2 for an unknown step."""
    try:
        steps = course.steps if step is None else (course.step(step),)
    except UnknownName as error:
        return could_not(sentence(error))
    stdin = stdin or sys.stdin
    events: queue.Queue[tuple[Event, Any]] = queue.Queue()
    idle, stop = threading.Event(), threading.Event()
    folders = [course.exercises_folder(one) for one in steps]

    def put(event: Event, data: Any) -> None:
        events.put((event, data))

    before = stamps(course.root)
    checker = Rechecker(course.root, lambda run: put(Event.CHECKED, run))
    try:
        with single_keys(stdin), _quit_on_signals():
            files = (folders, course.root, before, put, stop)
            threading.Thread(target=listen_to_files, args=files, daemon=True).start()
            threading.Thread(target=listen_to_keys, args=(stdin, put, idle), daemon=True).start()
            Watch(course, steps, console or make_console(), checker, idle).run(events)
    except KeyboardInterrupt:
        pass
    finally:
        stop.set()
        checker.close()
    return 0


@contextmanager
def _quit_on_signals() -> Iterator[None]:
    """A closed window or a polite kill ends as Ctrl-C does: the terminal is restored, no check is left behind."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {name: signal.signal(getattr(signal, name), signal.default_int_handler) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


class Watch:
    """What is known about the learner's work, and the loop that keeps it up to date."""

    def __init__(
        self, course: Course, steps: Sequence[Step], console: Console, checker: Rechecker, idle: threading.Event
    ) -> None:
        self.course, self.steps, self.console = course, tuple(steps), console
        self._checker, self._idle = checker, idle
        self._run = Run()
        self._focus: Exercise | None = None
        self._checking: list[str] = []
        self._since = 0.0
        self._patient = True

    def run(self, events: queue.Queue[tuple[Event, Any]]) -> None:
        """React to one event after the other, until one says to quit."""
        self._check([step.id for step in self.steps])
        while True:
            try:
                event, data = events.get(timeout=1.0)
            except queue.Empty:
                self._say_if_slow()
                continue
            match event:
                case Event.SAVED:
                    if ids := self._steps_of(data):
                        self._check(ids)
                case Event.CHECKED:
                    self._take(data)
                case Event.HINT:
                    self._hint()
                case Event.NEXT:
                    self._next()
                case Event.LIST:
                    show_list(self.console, self.steps, self._run, self._focus)
                case Event.UNKNOWN_KEY:
                    self.console.print(KEYS_LINE, style="dim")
                case Event.QUIT:
                    return

    # ------------------------------------------------------------ checks

    def _steps_of(self, files: list[Path]) -> list[str]:
        """The steps that the files belong to; all that may use them for those that are in no step's folder."""
        chosen = set()
        for file in files:
            home = next((s for s in self.course.steps if self.course.exercises_folder(s) in file.parents), None)
            chosen |= {step.id for step in self.steps if step == home or self._may_use(step, home)}
        return sorted(chosen)

    def _may_use(self, step: Step, home: Step | None) -> bool:
        """Whether a step's modules may import what belongs to another step, or to none."""
        modules = self.course.exercises_folder(step).rglob("*.py")
        return home is None or any(home.folder in module.read_text("utf-8", "replace") for module in modules)

    def _check(self, ids: list[str]) -> None:
        self._checking = sorted({*self._checking, *ids})  # what an earlier check was asked for is still to be done
        self._idle.clear()
        self._since, self._patient = time.monotonic(), True
        self.console.print(f"checking step {', '.join(self._checking)} …", style="dim")
        self._checker.check(self._checking)

    def _say_if_slow(self) -> None:
        if self._checking and self._patient and time.monotonic() - self._since > PATIENCE:
            self._patient = False
            self.console.print(f"Still checking after {PATIENCE:.0f} s. A loop without an end? A save starts over.")

    def _take(self, run: Run) -> None:
        """Show what a check found, in place of what was known about its steps."""
        seconds = time.monotonic() - self._since
        checked, self._checking = self._checking, []
        if self.console.is_terminal:
            self.console.clear()
        if run.problem:
            self.console.print(run.problem, style="red")
            self.console.print(f"\nwaiting for a save · {KEYS_LINE}", style="dim")
        else:
            before = self._run
            kept = [one for one in before.findings if one.exercise.partition(".")[0] not in checked]
            self._run = Run(kept + run.findings)
            self._refocus(before)
            show_result(self.console, self.course, self._run, self._focus, seconds)
        self._idle.set()

    def _refocus(self, before: Run) -> None:
        """Say what changed, and look at what broke; else stay with an exercise until it passes."""
        changed = [(one, old) for one in self.course.exercises if (old := before.status(one)) != self._run.status(one)]
        passing = [one for one, old in changed if old is not None and self._run.status(one) == "passed"]
        broken = [one for one, old in changed if old == "passed" and self._run.status(one) in BROKEN]
        begun = [one for one, old in changed if old is not None and self._run.status(one) in BROKEN]
        for one in passing:
            self.console.print(f"✓ {one.id} passes.", style="bold green")
        for one in broken:
            self.console.print(f"✗ {one.id} passed before, and does not now.", style="bold red")
        if passing or broken:
            self.console.print()
        if broken:
            self._focus = broken[0]
        elif self._focus is None or self._run.status(self._focus) in FINISHED:
            self._focus = next_exercise(self.course, self._run.status)
        elif begun and self._run.status(self._focus) == "not_started":
            self._focus = begun[0]

    # ------------------------------------------------------------ keys

    def _hint(self) -> None:
        if self._focus is None:
            self.console.print("No exercise is waiting, so there is nothing to hint at.")
        else:
            self.console.print("\n".join(["", *next_hint(self.course.root, self._focus)]), soft_wrap=False)

    def _next(self) -> None:
        """Go to the next exercise that does not pass and is not blocked, after the last to the first."""
        waiting = [one for one in self.course.exercises if self._run.status(one) not in FINISHED]
        if not waiting:
            self.console.print("No other exercise is waiting.")
            return
        place = waiting.index(self._focus) + 1 if self._focus in waiting else 0
        self._focus = waiting[place % len(waiting)]
        self.console.print()
        show_exercise(self.console, self.course, self._focus, self._run)
