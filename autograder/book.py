"""`lmi gradebook`: what a class has, a learner's history, what changed and why, and what people decide."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.course import Course, UnknownName
from autograder.grading import NEW, ClassBook, Gradebook, GradebookError, Standing, claimed, open_book, whoever
from autograder.report import Report, points
from autograder.words import could_not

console = Console(highlight=False, soft_wrap=True)
SEVERAL = 12  # names that are listed before the rest is counted


def show(course: Course, out: Path, where: str | None) -> int:
    """The class: what counts for each, of how many attempts, and why it is that."""
    return _with(out, where, lambda book: _class(book.standings(course.attempts)))


def history(course: Course, out: Path, where: str | None, name: str) -> int:
    """Every grading of a learner's, what was decided, and what counts."""

    def tell(book: Gradebook) -> None:
        _known(book, name)
        for row in book.gradings(name):
            handed_in = f", handed in {_minute(row['handed_in'])} (time of the file)" if row["handed_in"] else ""
            content = f", content {row['content'][:8]}" if row["content"] else ""
            console.print(f"{_minute(row['started'])}  {row['score']:g} / {row['max_score']:g}{content}{handed_in}")
            for reason in _reasons(row):
                console.print(f"    graded because of: {escape(reason)}")
        for one in book.adjustments(name):
            console.print(f"adjustment {one.id}: {escape(str(one))}")
        _class([one for one in book.standings(course.attempts) if one.name == name])

    return _with(out, where, tell)


def changes(out: Path, where: str | None, name: str | None) -> int:
    """For each learner who was graded more than once: what is other than the time before, and why."""

    def tell(book: Gradebook) -> None:
        if name is not None:
            _known(book, name)
        gradings: dict[str, list[Mapping[Any, Any]]] = {}
        for row in book.gradings(name):
            gradings.setdefault(row["name"], []).append(row)
        again = {who: rows[-2:] for who, rows in gradings.items() if len(rows) > 1}
        for who, (before, after) in again.items():
            console.print(f"[bold]{escape(who)}[/]  {before['score']:g} → {after['score']:g}", end="  ")
            console.print(f"({_minute(before['started'])}, {_minute(after['started'])})")
            for line in _what_changed(before, after):
                console.print(f"    {escape(line)}")
        once = len(gradings) - len(again)
        console.print(f"{len(again)} graded more than once, {once} once.")

    return _with(out, where, tell)


def adjust(course: Course, out: Path, where: str | None, name: str, author: str | None, **decided: Any) -> int:
    """Keep a decision, and write the class's files anew."""
    try:
        if (step := decided.get("step")) is not None:
            decided["step"] = course.step(step).id
    except UnknownName as error:
        return could_not(str(error.args[0]))

    def tell(book: Gradebook) -> None:
        if decided["kind"] in ("by", "to"):
            _known(book, name)
        made = book.adjust(name, author or whoever(), **decided)
        what = f"adjustment {decided['withdraws']} is withdrawn" if decided["kind"] == "withdraw" else str(made)
        console.print(f"{escape(name)}: {escape(what)}" + ("" if decided["kind"] == "withdraw" else f" [{made.id}]"))

    run = secrets.token_hex(8)
    try:
        with claimed(out, run):
            status = _with(out, where, tell)
            if status == 0:
                ClassBook(out, run, where, course).write({}, None)
        return status
    except (GradebookError, OSError) as error:
        return could_not(str(error))


def write(course: Course, out: Path, where: str | None) -> int:
    """Write the class's files anew, by what counts now."""
    run = secrets.token_hex(8)
    try:
        with claimed(out, run):
            graded, failed = ClassBook(out, run, where, course).write({}, None)
    except (GradebookError, OSError) as error:
        return could_not(str(error))
    console.print(f"{graded} graded, {failed} not: {escape(str(out / 'grades.csv'))}")
    return 0


def trail(out: Path, where: str | None) -> int:
    """Who did what, the oldest first."""

    def tell(book: Gradebook) -> None:
        for row in book.trail():
            about = f" {row['about']}:" if row["about"] else ""
            console.print(escape(f"{_minute(row['made'])}  {row['author']} {row['what']}{about} {row['details']}"))

    return _with(out, where, tell)


def time(text: str) -> datetime:
    """A time with its zone. Raises GradebookError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise GradebookError(f"{text!r} is no time with a zone: write 2026-12-24T23:59+01:00")
    return moment


def _with(out: Path, where: str | None, tell: Callable[[Gradebook], None]) -> int:
    try:
        if where is None and not out.is_dir():
            raise GradebookError(f"{out}: there is no such folder. `lmi grade SUBMISSIONS -o {out}` makes it.")
        with open_book(out, where) as book:
            tell(book)
        return 0
    except (GradebookError, OSError) as error:
        return could_not(str(error))


def _known(book: Gradebook, name: str) -> None:
    names = sorted({row["name"] for row in book.gradings()})
    if name not in names:
        more = f" and {len(names) - SEVERAL} more" if len(names) > SEVERAL else ""
        raise GradebookError(f"nobody called {name!r} was graded; there are: {', '.join(names[:SEVERAL])}{more}")


def _class(standings: list[Standing]) -> None:
    steps = sorted({id for one in standings for id in one.steps})
    table = Table("submission", *(f"step {id}" for id in steps), "counts", "of", "attempts", "because", box=None)
    for one in standings:
        own = [points(one.steps[id].points) if id in one.steps else "" for id in steps]
        counts = [points(one.points), points(one.most), str(one.attempts)]
        table.add_row(*map(escape, [one.name, *own, *counts, "; ".join(one.notes)]))
    console.print(table)


def _what_changed(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[str]:
    yield from (f"because of: {reason}" for reason in _reasons(after) or ["what is not recorded"])
    for part in _other_parts(before, after):
        yield f"other than before: {part}"
    then, now = (_exercises(row) for row in (before, after))
    for id in sorted(then.keys() | now.keys()):
        if then.get(id) != now.get(id):
            yield f"{id}: {_result(then.get(id))} → {_result(now.get(id))}"


def _reasons(row: Mapping[Any, Any]) -> list[str]:
    return [reason for reason in (row["why"] or "").splitlines() if reason and reason != NEW]


def _other_parts(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[str]:
    """What the two gradings depended on that is not the same, where both tell."""
    if not before["basis"] or not after["basis"]:
        return
    then, now = json.loads(before["basis"]), json.loads(after["basis"])
    for part in sorted(then.keys() | now.keys()):
        old, new = then.get(part), now.get(part)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from (
                f"{part}, {place}" for place in sorted(old.keys() | new.keys()) if old.get(place) != new.get(place)
            )
        elif old != new:
            yield part


def _exercises(row: Mapping[Any, Any]) -> dict[str, tuple[str, float]]:
    return {one.id: (one.status, one.score) for one in Report.model_validate_json(row["report"]).exercises}


def _result(result: tuple[str, float] | None) -> str:
    return f"{result[0].replace('_', ' ')} ({result[1]:g})" if result else "not graded"


def _minute(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M}"
