"""The slices of a notebook: for the names that are asked for, every statement that binds or changes what they need.

A statement is taken whole, and its cells' order is kept. What is bound again before anything reads it is left out, as
are statements that only read. Of a name that is used before any cell binds it, the first binding comes earlier.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from autograder.submission.cells import Statement
from autograder.submission.effects import Effects

MAX_APART = 500  # lines; where there are more, all are run together
MAX_STEPS = 300_000  # of following names; past that, everything is taken


class Line(NamedTuple):
    """A top-level statement of a notebook: the cell that it is in, what it does, and the functions that it gives.

    `course`: it is an import of this name from one of the course's steps.
    """

    cell: int
    statement: Statement
    effects: Effects
    gives: frozenset[str] = frozenset()
    course: str = ""


class _Wanted(NamedTuple):
    """What a name is before a line; `after` a line, how it has been changed since. `to_run`: not just to annotate."""

    name: str
    before: int
    after: int | None = None
    to_run: bool = True


class Slices:
    """Follows names through the lines of a notebook. Calls of `exercises` are uses, never changes."""

    def __init__(self, lines: Sequence[Line], exercises: Set[str]) -> None:
        self.lines = lines
        self._binds: dict[str, list[int]] = defaultdict(list)
        self._touches: dict[str, list[int]] = defaultdict(list)
        self._changed = _all_changes(lines, exercises)
        self._reads: dict[int, set[str]] = defaultdict(set)  # line → names that it reads, its functions too
        self._needs: dict[int, set[int]] = defaultdict(set)  # line → lines that must come before it
        for at, line in enumerate(lines):
            for name in line.effects.binds:
                self._binds[name].append(at)
            for name in line.effects.binds | self._changed[at]:
                self._touches[name].append(at)

    def names(self) -> Set[str]:
        """Names that some line binds."""
        return self._binds.keys()

    def last(self, name: str) -> Line:
        """The last line that binds the name."""
        return self.lines[self._binds[name][-1]]

    def of(self, names: Iterable[str]) -> tuple[set[int], set[str]]:
        """The lines that the names need, and names that they read and no line binds."""
        end = len(self.lines)
        pending = [_Wanted(name, end) for name in names]
        seen, taken, unbound, steps = set(pending), set[int](), set[str](), 0
        while pending:
            wanted = pending.pop()
            name, before = wanted.name, wanted.before
            self._reads[before].add(name)
            found = self._before(name, before) if wanted.after is None else self._after(name, wanted.after, before)
            if name not in self._touches and wanted.to_run and name.isidentifier():
                unbound.add(name)
            for at in found:
                steps += 1
                taken.add(at)
                self._needs[before].add(at)
                for item in self._follow(at, wanted):
                    if item not in seen:
                        seen.add(item)
                        pending.append(item)
            if steps + len(seen) > MAX_STEPS:
                return set(range(end)), unbound
        stars = {at for at, line in enumerate(self.lines) if line.effects.stars}
        return taken | stars if taken else taken, unbound

    def _follow(self, at: int, wanted: _Wanted) -> Iterator[_Wanted]:
        effects, run = self.lines[at].effects, wanted.to_run
        yield from (_Wanted(name, at, None, run and name not in effects.annotations) for name in effects.at_once)
        for place in {wanted.before, len(self.lines)}:  # what is called there may be kept, and called at the end
            yield from (_Wanted(name, place, None, run) for name in effects.later)
        yield from (_Wanted(name, wanted.before, at, False) for name in effects.holds.get(wanted.name, ()))

    def _before(self, name: str, before: int) -> list[int]:
        """The lines before a place that make the name what it is there; where none binds it, the first that does."""
        touches, found = self._touches.get(name, []), []
        for at in reversed(touches[: bisect_left(touches, before)]):
            found.append(at)
            if name in self.lines[at].effects.whole and name not in self.lines[at].effects.at_once:
                return found
        if any(name in self.lines[at].effects.binds for at in found):
            return found
        later = [at for at in self._binds.get(name, []) if at > before]
        return found + later[:1]

    def _after(self, name: str, after: int, before: int) -> list[int]:
        """The lines between two places that change what the name was at the first."""
        found = []
        for at in self._touches.get(name, []):
            if after < at < before:
                if name in self.lines[at].effects.whole:
                    break
                found.append(at)
        return found

    def in_order(self, taken: Set[int]) -> list[int]:
        """The lines in an order in which each comes after those that it needs."""
        done: dict[int, None] = {}
        for first in sorted(taken):
            stack, begun = [first], {first}
            while stack:
                needed = (at for at in sorted(self._needs[stack[-1]]) if at in taken)
                if (at := next((at for at in needed if at not in done and at not in begun), None)) is not None:
                    begun.add(at)
                    stack.append(at)
                else:
                    done[stack.pop()] = None
        return list(done)

    def together(self, group: Set[int], union: Set[int]) -> set[int]:
        """The group, and what else of the union must run before it where all share their names: lines that read or
        touch, earlier, what the group then binds or changes."""
        if len(union) > MAX_APART:
            return set(union)
        grown = set(group)
        touched = {at: self.lines[at].effects.binds | self._changed[at] for at in union}
        pending = sorted(group)
        while pending:
            at = pending.pop()
            for earlier in sorted(one for one in union - grown if one < at):
                if touched[at] & (touched[earlier] | self._reads[earlier]):
                    more = self._closed(earlier, union)
                    pending += sorted(more - grown)
                    grown |= more
        return grown

    def _closed(self, at: int, union: Set[int]) -> set[int]:
        found, pending = {at}, [at]
        while pending:
            more = (self._needs[pending.pop()] & union) - found
            found |= more
            pending += more
        return found


def _all_changes(lines: Sequence[Line], exercises: Set[str]) -> list[frozenset[str]]:
    """What each line changes: also through other names of an object, and through the functions that it calls."""
    held: dict[str, set[str]] = defaultdict(set)
    writes: dict[str, set[str]] = defaultdict(set)
    reads: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for name, more in line.effects.holds.items():
            held[name] |= more
        for name in line.effects.binds:
            writes[name] |= line.effects.writes
            reads[name] |= line.effects.later
    functions = {name for name in writes if reads[name] or writes[name]} - exercises
    scopes = ast.FunctionDef | ast.AsyncFunctionDef
    others = {name for line in lines if not isinstance(line.statement.node, scopes) for name in line.effects.binds}
    fixed = (writes.keys() - others) | exercises  # functions: to be passed on does not change them
    every = set().union(*writes.values()) if writes else set()
    found = []
    for line in lines:
        changed = line.effects.changes | (line.effects.passed - fixed)
        if every and line.effects.calls:
            called = _reached(line.effects.calls & functions, reads, functions)
            changed |= {name for one in called for name in writes[one]}
        found.append(frozenset(changed | (_reached(changed, held, None) - fixed)))
    return found


def _reached(names: Iterable[str], edges: dict[str, set[str]], within: Set[str] | None) -> set[str]:
    found = set(names)
    pending = list(found)
    while pending:
        more = edges.get(pending.pop(), set()) - found
        if within is not None:
            more &= within
        found |= more
        pending += more
        if len(found) > 2_000:
            break
    return found
