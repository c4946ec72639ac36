"""The glossary: the tables that lessons have under a heading "Glossary", in one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.course import Step

_SECTION = re.compile(r"(?ms)^## Glossary[ \t]*\n(?P<body>.*?)(?=^#{1,2} |\Z)")
_CELLS = re.compile(r"(?<!\\)\|")


def glossary(lessons: Iterable[tuple[Step, str]]) -> str | None:
    """The page, by word; None when no lesson has a glossary."""
    found = [(word, means, step) for step, text in lessons for word, means in entries(text)]
    if not found:
        return None
    rows = [
        f"| {word} | {means} | [{step.id}](exercises/{step.folder}/index.md) |"
        for word, means, step in sorted(found, key=lambda entry: (_plain(entry[0]), entry[2].id))
    ]
    return "\n".join(["# Glossary\n", "| word | means | step |", "|---|---|---|", *rows, ""])


def entries(lesson: str) -> list[tuple[str, str]]:
    """Word and meaning of each row of a lesson's glossary."""
    section = _SECTION.search(lesson)
    rows = [line for line in section["body"].splitlines() if line.lstrip().startswith("|")] if section else []
    cells = [[cell.strip() for cell in _CELLS.split(row.strip().strip("|"))] for row in rows[2:]]
    return [(row[0], row[1]) for row in cells if len(row) >= 2]


def _plain(word: str) -> str:
    return re.sub(r"[^\w ]", "", word).strip().lower()
