"""Words for people, and text from strangers made safe to show."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from autograder.sandbox import cut

_ANSI = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, cursor movement
    r"|\x1b[\]PX^_][^\n]*?(?:\x07|\x1b\\|(?=\n)|\Z)"  # titles, hyperlinks, device strings: to their end or the line's
    r"|\x1b[ -/]*[0-~]"
)
_LINE_ENDS = re.compile("\r\n|\r|\v|\f|\x85|\u2028|\u2029")
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, except tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that reorder what a reader sees
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufff9-\ufffb"  # halves of characters, and non-characters
    "\U000e0000-\U000e007f]"  # invisible "tag" letters
)
_COMMAND = re.compile(r"^([ \t]*)(?=::|##\[|##vso\[)", re.MULTILINE)  # to a build machine in whose log it is
LONGEST, LINES = 20_000, 200
"""Characters and lines of one text that are shown; the middle of a longer one is left out."""


def clean_text(text: str, longest: int = LONGEST) -> str:
    """The same text with nothing in it that could hide, reorder or repaint what a reader sees.

    Terminal colours go, line ends become newlines, and every other control character, bidirectional override or
    lone surrogate appears as its escape (`\\u202e`). A line that would command a build machine (`::error::`) begins
    with a backslash. Cleaning twice changes nothing more.
    """
    plain = _LINE_ENDS.sub("\n", _ANSI.sub("", text))
    return cut(_COMMAND.sub(r"\1\\", _UNSAFE.sub(_escape, plain)), longest, LINES)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """Text with every run of white space turned into one space."""
    return " ".join(text.split())


def points(value: float) -> str:
    """Points as people write them: 7, 7.5, 6.67."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(part: float, whole: float) -> int:
    """Whole per cent, never rounded up to 100 nor down to 0; nothing out of nothing is 0."""
    if whole <= 0 or part <= 0:
        return 0
    return 100 if part >= whole else min(99, max(1, round(100 * part / whole)))


def duration(seconds: float) -> str:
    """A time as people say it: 0.4 s, 12 s, 3 min 5 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def moment(iso: str) -> str:
    """A date and time as people write it: 2025-01-31 14:05 UTC, or with its distance from UTC."""
    when = datetime.fromisoformat(iso)
    zone = when.strftime("%z")
    return when.strftime("%Y-%m-%d %H:%M UTC") + (f"{zone[:3]}:{zone[3:5]}" if zone.strip("+-0") else "")


class Badge(NamedTuple):
    """How a status or an outcome is shown."""

    word: str
    sign: str
    tone: str


_BADGES = {
    "passed": Badge("Passed", "✓", "good"),
    "partial": Badge("Partly", "◐", "part"),
    "failed": Badge("Failed", "✗", "bad"),
    "not_started": Badge("Not started", "○", "quiet"),
    "blocked": Badge("Blocked", "⊘", "quiet"),
    "error": Badge("Error", "!", "bad"),
    "timeout": Badge("Timed out", "◷", "bad"),
    "out_of_memory": Badge("Out of memory", "▣", "bad"),
}


def badge(status: str) -> Badge:
    """Word, sign and tone of a status or an outcome."""
    return _BADGES[status]


def test_line(claim: str, visibility: str, outcome: str) -> str:
    """How a test is named in text: its sign, what it claims, who sees it, and what came of it."""
    label = badge(outcome)
    return f"{label.sign} {claim} ({visibility} test, {label.word.lower()})"


def unisolated(backend: str) -> str:
    """What a reader must know about a report that says `isolated: false`."""
    return (
        f"The submission ran under the sandbox “{backend}”: limits, but no isolation. Its code could read the grader's "
        "files and use the network. Grade again with --sandbox bwrap before this score counts."
    )
