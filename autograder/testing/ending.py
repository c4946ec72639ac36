"""How pytest shows each test, and what is said anew once all tests of an exercise have run.

Only then is it clear which known mistake an exercise shows, and which causes another of its tests denies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from autograder.course import Course, Exercise
from autograder.testing.agreement import know, together
from autograder.testing.collection import VERDICT, test_id, title

Shown = tuple[pytest.Item, pytest.TestReport]


class Ending:
    """A plugin that knows the tests that have run. When `graded`, known mistakes are left to the grader."""

    def __init__(self, course: Course, graded: bool):
        self.course, self.graded = course, graded
        self._tests: dict[str, list[Shown]] = {}  # by exercise

    def add(self, exercise: Exercise, item: pytest.Item, report: pytest.TestReport) -> None:
        self._tests.setdefault(exercise.id, []).append((item, report))
        _dress(item, report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        for exercise, tests in self._tests.items():
            if not self.graded:
                self._explain(self.course.exercise(exercise), tests)
            for (item, report), told in together(tests, lambda test: test[0].stash[VERDICT].told):
                if told.message != item.stash[VERDICT].message:
                    report.longrepr = _account(item, told.message)

    def _explain(self, exercise: Exercise, tests: Sequence[Shown]) -> None:
        from autograder.report import named_sentence
        from autograder.testing.known import explaining, sentence, trace
        from autograder.testing.named import name_of

        verdicts = [(test_id(item.nodeid), item.stash[VERDICT]) for item, _ in tests]
        if all(verdict.behaviour is None for _, verdict in verdicts):
            return
        seen = trace((name, verdict.outcome, verdict.behaviour) for name, verdict in verdicts)
        known = sentence(mistakes := explaining(self.course, exercise, seen))
        if not mistakes and (says := name_of(self.course, exercise, seen)):
            known = named_sentence(says)
        if known is None:
            return
        for item, report in tests:
            verdict = item.stash[VERDICT]
            if verdict.behaviour is not None:
                know(verdict, known)
                _dress(item, report)
                if not verdict.in_words:  # a traceback is shown
                    report.sections.insert(0, ("known mistake", known))

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_modifyreport(self, json_report: Mapping[str, Any]) -> None:
        verdicts = {item.nodeid: item.stash[VERDICT] for tests in self._tests.values() for item, _ in tests}
        for test in json_report.get("tests", ()):
            if test["nodeid"] in verdicts and "metadata" in test:
                verdict = verdicts[test["nodeid"]]
                said = {"message": verdict.message, "plain": verdict.plain, "known_by": verdict.known_by}
                test["metadata"].update(said)


def _dress(item: pytest.Item, report: pytest.TestReport) -> None:
    """Quiet for what is not started or blocked, our words where we have some."""
    verdict = item.stash[VERDICT]
    report.lmi_outcome = verdict.outcome  # type: ignore[attr-defined]
    if verdict.outcome in ("not_started", "blocked"):
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, verdict.message)
    elif verdict.in_words:
        report.longrepr = _account(item, verdict.message)


def _account(item: pytest.Item, message: str) -> str:
    return f"{title(item)}\n\n{message}\n\n({item.location[0]}:{(item.location[1] or 0) + 1})"
