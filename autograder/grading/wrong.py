"""What a class got wrong: the known mistakes, counted, and groups whose functions behave alike."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.report import ExerciseResult, Report, Slip, WentWrong
from autograder.testing import Trace, alike, seen_in, telling

Wrong = tuple[Report, ExerciseResult]  # a submission, and its result in one exercise


def what_went_wrong(reports: Sequence[Report]) -> list[WentWrong]:
    """By exercise, in the course's order, what is wrong with those that do not pass. Nobody is named twice in one."""
    by_exercise: dict[str, list[Wrong]] = {}
    for report in reports:
        for result in report.exercises:
            if any(test.outcome in ("failed", "error") for test in result.tests) and not result.passed:
                by_exercise.setdefault(result.id, []).append((report, result))
    return [
        _went_wrong(results) for _, results in sorted(by_exercise.items(), key=lambda item: item[0].partition(".")[0])
    ]


def _went_wrong(results: list[Wrong]) -> WentWrong:
    known: dict[str, list[Wrong]] = {}
    for one in results:
        if says := _says(*one):
            known.setdefault(says, []).append(one)
    groups = _alike([one for one in results if not _says(*one)])
    slips = [_slip(says, members) for says, members in known.items()]
    slips += [_slip(None, group) for group in groups if len(group) > 1]
    alone = sorted(group[0][0].submission for group in groups if len(group) == 1)
    slips.sort(key=lambda slip: -len(slip.submissions))
    first = results[0][1]
    return WentWrong(first.id, first.title, tuple(slips), tuple(alone))


def _says(report: Report, result: ExerciseResult) -> str:
    """What it does, by the catalogue or as staff have named it."""
    return " or ".join(mistake.says for mistake in result.mistakes) or report.named.get(result.id, "")


def _slip(says: str | None, members: Sequence[Wrong]) -> Slip:
    failed = next(test for test in members[0][1].tests if test.outcome in ("failed", "error"))
    return Slip(says, failed.message, tuple(sorted(report.submission for report, _ in members)))


def _alike(results: Sequence[Wrong]) -> list[list[Wrong]]:
    """Those of which each public test saw the same, together; what public tests say nothing of stays alone."""
    groups: list[tuple[Trace, list[Wrong]]] = []
    for one in results:
        trace = seen_in(one[1], "public")
        there = next((group for seen, group in groups if telling(trace) and alike(seen, trace)), None)
        if there is None:
            groups.append((trace, [one]))
        else:
            there.append(one)
    return [group for _, group in groups]
