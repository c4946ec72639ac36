"""Which line of a TOML text holds which key: `tomllib` does not say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from autograder.course.model import Problem

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")


class Manifest:
    """A TOML file: its data, and the line of each key in it."""

    def __init__(self, file: Path, text: str, data: dict[str, Any]) -> None:
        self.file, self.text, self.data = file, text, data
        self._lines: dict[KeyPath, int] | None = None

    def problem(self, path: KeyPath, message: str) -> Problem:
        """A problem with the key at `path`, e.g. `("exercise", 2, "points")`."""
        return Problem(self.file, self.line(path), message)

    def line(self, path: KeyPath) -> int | None:
        """The line of the longest known beginning of `path`; None for the file as a whole."""
        if self._lines is None:
            self._lines = _index(self.text)
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return None


def read_manifest(file: Path) -> Manifest | Problem:
    """The manifest in `file`, or why it cannot be read."""
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return Problem(file, None, "does not exist: create it, or take the step out of `steps` in course.toml")
    except OSError as error:
        return Problem(file, None, f"cannot be read: {error.strerror}")
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Problem(file, line, f"is not UTF-8 text (byte 0x{raw[error.start]:02x}): save it as UTF-8")
    try:
        return Manifest(file, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(at[1]) if at else len(text.splitlines()) or 1
        what = str(error)[: at.start()] if at else str(error)
        return Problem(file, line, f"is not valid TOML: {what}")


def _index(text: str) -> dict[KeyPath, int]:
    """Line numbers of headers and keys. A value that spans lines ends where what was read so far is valid TOML."""
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if header := _HEADER.match(line):
            table = _table(_keys(header[2]), header[1] == "[[", counts)
            found.setdefault(table, at + 1)
        elif key := _KEY.match(line):
            path = table + _keys(key[1])
            for length in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:length], at + 1)
            at = _end_of_value(lines, at)
        at += 1
    return found


def _table(keys: KeyPath, repeated: bool, counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a header's table: `exercise.parts` after the third `[[exercise]]` is `("exercise", 2, "parts")`."""
    path: KeyPath = ()
    for place, key in enumerate(keys):
        path += (key,)
        last = place == len(keys) - 1
        if repeated and last:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _keys(dotted: str) -> KeyPath:
    return tuple(key.strip().strip("\"'") for key in dotted.split("."))


def _end_of_value(lines: list[str], start: int) -> int:
    for end in range(start, len(lines)):
        try:
            tomllib.loads("\n".join(lines[start : end + 1]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return start
