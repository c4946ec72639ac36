"""The report on what the tests notice of what is wrong, and on what a learner is told of it. Markdown, for staff."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import get_args

from autograder.course import Course
from autograder.submission import BANKS
from autograder.upkeep.judged import VERDICTS, Judged, unjudged
from autograder.upkeep.tried import Told, Tried

EQUIVALENT = BANKS / "equivalent.toml"  # id of a mutation → why nothing can tell it from the solution
ENOUGH = 95  # per cent of an exercise's mutations that its hidden tests should notice
NOTHING_JUDGED = Judged()
FEW = 10  # mutations of an exercise, of which a share says little
SAID = ("a known behaviour", "a test's own sentence", "a recogniser", "what was raised", "bare")  # as `Told` has them


def equivalent(course: Course) -> dict[str, str]:
    """The mutations that somebody has found to be none, each with the reason. Raises ValueError, OSError."""
    path = course.root / EQUIVALENT
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if wrong := [id for id, why in found.items() if not (isinstance(why, str) and why.strip())]:
        raise ValueError(f"{path}: say why {wrong[0]} is equivalent")
    return found


def report_text(tried: Sequence[Tried], reasons: Mapping[str, str], how: str, judged: Judged = NOTHING_JUDGED) -> str:
    """`how`: what was chosen to be tried, and with what."""
    graded = sorted((one for one in tried if not one.problem), key=lambda one: (one.step, one.kind, one.id))
    parts = [
        ["# What the tests notice of what is wrong, and what is said of it", "", how],
        _table("Noticed", NOTICED, _by_step(graded), lambda part: _noticed(part, reasons)),
        _table("What the learner reads first, of what is noticed", SAID, _by_step(graded), _said),
        _judged(judged, sorted({one.step for one in graded})),
        _list("Unjudged: the message has changed since it was read", map(_cell, unjudged(graded, judged))),
        _weak(graded, reasons),
        _list("Not noticed", (_survivor(one, reasons) for one in graded if not one.noticed)),
        _list("Noticed, though a reason says that nothing can", _but_noticed(graded, reasons)),
        _list("Could not be graded", (f"{one.id}: {one.problem}" for one in tried if one.problem)),
        _messages(graded),
    ]
    return "\n".join(line for part in parts if part for line in (*part, ""))


NOTICED = ("tried", "by public tests", "by hidden tests", "not noticed", "of them equivalent", "unexplained", "hidden")
Parts = Mapping[tuple[str, str], Sequence[Tried]]


def _by_step(graded: Iterable[Tried]) -> Parts:
    """Step and kind → what was tried; last all of a kind."""
    parts: dict[tuple[str, str], list[Tried]] = {}
    for one in graded:
        parts.setdefault((one.step, one.kind), []).append(one)
    of_kind: dict[tuple[str, str], list[Tried]] = {}
    for (_, kind), part in sorted(parts.items()):
        of_kind.setdefault(("all", kind), []).extend(part)
    return {**parts, **of_kind}


def _noticed(part: Sequence[Tried], reasons: Mapping[str, str]) -> list[str]:
    alive = [one for one in part if not one.noticed]
    same = sum(one.id in reasons for one in alive)
    public, hidden = (sum(one.noticed_by(who) for one in part) for who in ("public", "hidden"))
    counts = [len(part), public, hidden, len(alive), same, len(alive) - same]
    return [*map(str, counts), _percent(hidden, len(part) - same)]


def _said(part: Sequence[Tried]) -> list[str]:
    found = Counter(one.first.told for one in part if one.first)
    return [f"{found[told]} ({_percent(found[told], found.total())})" for told in get_args(Told)]


def _judged(judged: Judged, steps: Sequence[str]) -> list[str]:
    """What a person has found of the messages of mutations that no catalogue holds."""
    if not judged.on:
        return []
    lines = [
        f"## Judged by reading, {judged.on}",
        "",
        f"| step | messages | {' | '.join(VERDICTS)} |",
        "|---" * 6 + "|",
    ]
    for step in [*steps, None]:
        counts = judged.counts(step)
        cells = (f"{counts[verdict]} ({_percent(counts[verdict], counts.total())})" for verdict in VERDICTS)
        lines.append(f"| {step or 'all'} | {counts.total()} | {' | '.join(cells)} |")
    return lines


def _weak(graded: Iterable[Tried], reasons: Mapping[str, str]) -> list[str]:
    """Exercises whose hidden tests notice too few mutations."""
    by_exercise: dict[str, list[Tried]] = {}
    for one in graded:
        if one.kind == "mutation" and one.id not in reasons:
            by_exercise.setdefault(one.where, []).append(one)
    shares = {where: 100 * sum(o.noticed_by("hidden") for o in ones) / len(ones) for where, ones in by_exercise.items()}
    low = {where: share for where, share in shares.items() if share < ENOUGH and len(by_exercise[where]) >= FEW}
    said = (f"{where}: {share:.0f} % of {len(by_exercise[where])}" for where, share in sorted(low.items()))
    return _list(f"Exercises whose hidden tests notice less than {ENOUGH} % of {FEW} mutations or more", said)


def _survivor(one: Tried, reasons: Mapping[str, str]) -> str:
    return f"`{one.id}` ({_cell(one.what)}): {reasons.get(one.id, 'unexplained')}"


def _but_noticed(graded: Iterable[Tried], reasons: Mapping[str, str]) -> Iterator[str]:
    return (one.id for one in graded if one.noticed and one.id in reasons)


def _messages(graded: Iterable[Tried]) -> list[str]:
    lines = ["## Each message", "", "| id | what was done | known by | the first message |", "|---|---|---|---|"]
    for one in graded:
        if first := one.first:
            said = " / ".join(first.text.split("\n")[:3])[:300]
            lines.append(f"| {one.id} | {_cell(one.what)} | {first.told}, {first.visibility} | {_cell(said)} |")
    return lines


def _table(title: str, columns: Iterable[str], parts: Parts, row: Callable[[Sequence[Tried]], list[str]]) -> list[str]:
    names = ("step", "", *columns)
    lines = [f"## {title}", "", f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return [*lines, *(f"| {step} | {kind} | {' | '.join(row(part))} |" for (step, kind), part in parts.items())]


def _list(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"- {line}" for line in lines]
    return [f"## {title}", "", *found] if found else []


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
