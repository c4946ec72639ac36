"""What a page shows: a figure in a section for each exercise, and for each figure in words what one sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.course import Exercise

_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")
_HEADING = re.compile(r"^#{2,}\s+(?P<title>.+?)\s*$")
_CODE = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"\.(py|ipynb|md|toml|json)\b")
_WORD = re.compile(r"[A-Za-z_]\w*")


def page_problems(page: Path, figures: Sequence[Path], exercises: Sequence[Exercise]) -> Iterator[str]:
    """What a page lacks: `figures` that it does not show, images that are not there or have no alt text, and sections.

    A section is what stands below one heading, up to the next; an exercise must be named in one with a figure, if any.
    """
    if not page.is_file():
        yield "is missing"
        return
    sections = _sections(page.read_text(encoding="utf-8"))
    shown = [(found["alt"].strip(), found["path"]) for _, text in sections for found in _IMAGE.finditer(text)]
    local = [(alt, path) for alt, path in shown if "://" not in path]
    there = {(page.parent / path).resolve() for _, path in local}
    yield from (f"shows {path}, which is not there" for _, path in local if not (page.parent / path).is_file())
    yield from (f"{path} has no alt text: say in a sentence what one sees in it" for alt, path in shown if not alt)
    yield from (f"does not show {file.name}" for file in figures if file.resolve() not in there)
    first: dict[str, list[str]] = {}
    for exercise in exercises:
        names = {exercise.name, exercise.target.rpartition(".")[2]}
        naming = [(title, text) for title, text in sections if names & _named(text)]
        if naming and not any(_IMAGE.search(text) for _, text in naming):
            first.setdefault(naming[0][0], []).append(exercise.name)
    for title, lacking in first.items():
        yield f"section {title!r} brings in {', '.join(lacking)}, and no section that names it has a figure"


def _named(text: str) -> set[str]:
    """Words in code, but for those in names of files."""
    return {word for code in _CODE.findall(text) if not _FILE.search(code) for word in _WORD.findall(code)}


def _sections(text: str) -> list[tuple[str, str]]:
    """Title and text of every section, code blocks left out; the first is what stands before any heading."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and (heading := _HEADING.match(line)):
            sections.append((heading["title"], []))
        elif not fenced and not line.startswith("    "):
            sections[-1][1].append(line)
    return [(title, "\n".join(lines)) for title, lines in sections]
