"""What `lmi watch` reacts to, and where it comes from: keys or lines, and saved files."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import Any, TextIO

PASSED_OVER = frozenset(
    {"autograder", "tests", "reference", "grading_configs", "data", "node_modules", "site-packages", "__pycache__"}
)
POLL_SECONDS = 1.0  # how often files are looked at where no event arrives


class Event(Enum):
    """One thing that happened."""

    SAVED = auto()
    CHECKED = auto()
    HINT = auto()
    NEXT = auto()
    LIST = auto()
    QUIT = auto()
    UNKNOWN_KEY = auto()


KEYS = {"h": Event.HINT, "n": Event.NEXT, "l": Event.LIST, "q": Event.QUIT, "\x03": Event.QUIT, "\x04": Event.QUIT}
Put = Callable[[Event, Any], None]


# ---------------------------------------------------------------- keys


@contextmanager
def single_keys(stdin: TextIO) -> Iterator[None]:
    """Keys arrive one by one, unseen, while this lasts; the terminal is as before afterwards."""
    try:
        import termios
        import tty
    except ImportError:  # Windows gives single keys by other means
        yield
        return
    if not stdin.isatty():
        yield
        return
    before = termios.tcgetattr(stdin)
    tty.setcbreak(stdin)
    try:
        yield
    finally:
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)


def listen_to_keys(stdin: TextIO, put: Put, idle: threading.Event) -> None:
    """Put an event for each key of a terminal, or each line of a pipe: the latter wait until no check is running.

    The end of a pipe means to quit.
    """
    for key in _terminal_keys(stdin) if stdin.isatty() else _piped_keys(stdin, idle):
        put(KEYS.get(key, Event.UNKNOWN_KEY), key)
    idle.wait()
    put(Event.QUIT, "")


def _terminal_keys(stdin: TextIO) -> Iterator[str]:
    if os.name == "nt":
        import msvcrt

        while True:
            yield msvcrt.getwch().lower()  # type: ignore[attr-defined,unused-ignore]
    while byte := _read(stdin.fileno(), 1):
        if byte == b"\x1b":  # an arrow or a function key is several bytes, which mean nothing here
            _read(stdin.fileno(), 16)
        yield byte.decode("ascii", "replace").lower()


def _piped_keys(stdin: TextIO, idle: threading.Event) -> Iterator[str]:
    line = b""
    while byte := _read(stdin.fileno(), 1):  # no lock of a buffer is held while waiting, so that the process can end
        if byte != b"\n":
            line += byte
            continue
        if word := line.decode("utf-8", "replace").strip():
            idle.wait()
            yield word[0].lower()
        line = b""


def _read(descriptor: int, count: int) -> bytes:
    try:
        return os.read(descriptor, count)
    except OSError:  # the terminal is gone
        return b""


# ---------------------------------------------------------------- files


Stamps = dict[Path, tuple[int, int, int]]


def stamps(root: Path) -> Stamps:
    """What tells whether a module was saved: its time, size and place on the disk."""
    found = {}
    for file in _modules_below(root):
        try:
            status = file.stat()
        except OSError:  # being replaced right now
            continue
        found[file] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def _modules_below(root: Path) -> Iterator[Path]:
    """The modules of a course that a learner's may import: not what is hidden, the engine's, installed or data."""
    for place, folders, files in os.walk(root):
        if "pyvenv.cfg" in files:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not (name.startswith(".") or name in PASSED_OVER)]
        yield from (Path(place, name) for name in files if name.endswith(".py"))


def listen_to_files(watched: Sequence[Path], root: Path, before: Stamps, put: Put, stop: threading.Event) -> None:
    """Put an event with the modules below `root` that differ from `before`, and go on from there.

    File events in the folders `watched` say when to look. Where none arrive (elsewhere, network folders, folders shared
    with a virtual machine) files are looked at every second.
    """
    for _ in _moments_to_look(watched, stop):
        now = stamps(root)
        if changed := sorted(file for file in before.keys() | now.keys() if before.get(file) != now.get(file)):
            put(Event.SAVED, changed)
        before = now


def _moments_to_look(folders: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    import watchfiles

    try:
        for _ in watchfiles.watch(
            *folders, watch_filter=None, debounce=100, step=20, stop_event=stop, rust_timeout=int(POLL_SECONDS * 1000),
            yield_on_timeout=True, raise_interrupt=False, recursive=False,
        ):  # fmt: skip
            yield
    except (OSError, RuntimeError) as error:  # the system has no watches left, or no such thing
        print(f"(No file events here: {error}. Looking every second.)", file=sys.stderr)
    while not stop.wait(POLL_SECONDS):
        yield
