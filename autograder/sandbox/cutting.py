"""Text that is too long to show, cut at the ends of lines, where it says so. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable

PRINTED = 8000, 100  # characters and lines of what a test printed that are shown
SAID = 100  # characters that the sentence about what is left out may take


def cut(text: str, longest: int, lines: int, begin: float = 0.75) -> str:
    """A text of at most `longest` characters and `lines` lines: its first and last lines, `begin` of the room for the
    first ones, and between them a line that says how many are left out. Only a line that needs more than a quarter of
    the room is cut itself, and says so at its end.
    """
    if len(text) <= longest and text.count("\n") < lines:
        return text
    rows = text.split("\n")
    room, count = longest - SAID, lines - 1
    rows = [_shorter(row, room // 4) for row in rows]
    first = _as_many(rows, int(room * begin), int(count * begin))
    last = _as_many(reversed(rows[len(first) :]), room - int(room * begin), count - int(count * begin))[::-1]
    left_out = len(rows) - len(first) - len(last)
    said = [f"[... {left_out:,} line{'' if left_out == 1 else 's'} left out ...]"] if left_out else []
    return "\n".join([*first, *said, *last])


def _shorter(row: str, longest: int) -> str:
    if len(row) <= longest:
        return row
    kept = max(0, longest - SAID // 2)
    return f"{row[:kept]} [... {len(row) - kept:,} characters left out]"


def _as_many(rows: Iterable[str], room: int, count: int) -> list[str]:
    """The first of these lines, as many as there is room for."""
    taken: list[str] = []
    for row in rows:
        room -= len(row) + 1
        if room < 0 or len(taken) == count:
            break
        taken.append(row)
    return taken
