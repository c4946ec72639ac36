"""Each submission's name in the folder of a class: its own, in one run and from one run to the next."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autograder.files import write_atomic
from autograder.submission import stem_of

KEPT = Path(".lmi", "handed_in.json")  # name → the folder and file that it was given to
RESERVED = {
    "grades.csv", "index.html", "gradebook.sqlite", "gradebook.sqlite-journal", "gradebook.sqlite-wal",
    "gradebook.sqlite-shm", "report.json", "staff.html", "report.html", "report.md", "results.json", "not_graded.txt",
}  # fmt: skip


@dataclass
class Names:
    """The names, in the order of what they were asked for, and what staff should hear about some."""

    given: list[str]
    notes: list[str] = field(default_factory=list)


def name_each(wanted: Sequence[tuple[str, Path]], out: Path | None = None) -> Names:
    """A name for each (name that its file suggests, file): a second "ada" is "ada-2", and keeps that name in `out`.

    A file of the same name as before takes its earlier place there, and another never does.
    """
    kept = _kept(out)
    theirs = {source: name for name, source in kept.items()}
    taken, result = set(RESERVED), Names([])
    first = [theirs.get(_source(path)) for _, path in wanted]  # whoever had a name keeps it
    reserved = {name.casefold() for name in first if name}
    for (name, path), before in zip(wanted, first, strict=True):
        if before is None or before.casefold() in taken:
            before = _free(name, path, taken | reserved, kept)
            if name in kept and before != name:
                result.notes.append(f"{path.name} is graded as {before}: {name} is another's ({kept[name]}).")
            elif before in kept:
                result.notes.append(f"{before} was {kept[before]} and is {_source(path)} now, which takes its place.")
        taken.add(before.casefold())
        result.given.append(before)
    return result


def keep_names(names: Sequence[str], paths: Sequence[Path], out: Path) -> None:
    """Keep in `out` which file each name was given to."""
    kept = _kept(out) | {name: _source(path) for name, path in zip(names, paths, strict=True)}
    write_atomic(out / KEPT, json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False) + "\n")


def _free(name: str, path: Path, taken: set[str], kept: Mapping[str, str]) -> str:
    """The first of name, name-2, … that nobody has, or that this file, or one that replaces it, had before."""
    there = {one.casefold(): source for one, source in kept.items()}
    candidate, count = name, 1
    while candidate.casefold() in taken or not _same_work(there.get(candidate.casefold()), path):
        count += 1
        candidate = f"{name}-{count}"
    return candidate


def _same_work(source: str | None, path: Path) -> bool:
    """Whether a file takes the place of an earlier one: it is called the same, but for what it is packed in."""
    return source is None or stem_of(source.rpartition("/")[2]) == stem_of(_source(path).rpartition("/")[2])


def _source(path: Path) -> str:
    path = path.absolute()
    return unicodedata.normalize("NFC", f"{path.parent.name}/{path.name}").encode(errors="replace").decode()


def _kept(out: Path | None) -> dict[str, str]:
    """What earlier runs into `out` kept, of those that are still there."""
    if out is None:
        return {}
    with suppress(OSError, ValueError):
        kept = json.loads((out / KEPT).read_text(encoding="utf-8"))
        if isinstance(kept, dict):
            return {str(name): str(source) for name, source in kept.items() if (out / str(name)).is_dir()}
    return {}
