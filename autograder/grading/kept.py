"""What was graded before and counts still: kept in `.lmi/graded/<submission>.json`, believed only where all agrees.

A record says what a report depended on, and the digest of report.json. A step's results are taken when nothing that
they depend on has changed and the file is the one that was recorded; whoever edits it has the submission graded again.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from autograder.course import CONFIGS, Course, Feedback, Step
from autograder.files import write_atomic
from autograder.grading import state
from autograder.grading.sweeper import OWN
from autograder.report import (
    NOT_GRADED,
    RECORD,
    WRITTEN,
    Report,
    ReportError,
    StepResult,
    load_with_pictures,
    render_report,
    today,
)

if TYPE_CHECKING:
    from autograder.grading.worker import Job
    from autograder.submission import Submission

GRADED = Path(OWN, "graded")
NEW = "not graded before"
SAID = {  # part of a record → what has changed when it is another
    "submission": "what was handed in",
    "seed": "the seed of hidden inputs",
    "engine": "the engine",
    "installed": "Python or an installed package",
    "settings": "an LMI_ setting or its folder",
    "course": "the course's title or version, or which exercises it has",
    "how": "the sandbox, its threads or the way of grading",
}


class Record(BaseModel):
    """What a report came from, and for the gradebook what it is about.

    `run`: the one that graded it; `feedback`: by what its learner's files were written; `content`: a digest of what was
    handed in; `handed_in`: when, as the time of the file or folder has it.
    """

    model_config = ConfigDict(extra="forbid")

    run: str
    report: str
    parts: dict[str, str]
    steps: dict[str, dict[str, str]]
    feedback: str
    content: str
    handed_in: str | None
    why: list[str]


@dataclass(frozen=True)
class Basis:
    """All that a result depends on: `parts` for every step, and by step its manifest and the course's files.

    Files are told apart by their folders, enough to say what has changed.
    """

    parts: dict[str, str]
    steps: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Kept:
    """An earlier report, the steps of it that count still, and why the others, or all, have to be graded."""

    report: Report | None = None
    steps: dict[str, StepResult] = field(default_factory=dict)
    why: tuple[str, ...] = ()


def basis(submission: Submission, seed: int, course: Course, steps: Sequence[Step], job: Job) -> Basis:
    """What the results of this submission depend on now."""
    files = state.course_files(course.root, job.run)
    parts = {
        "submission": state.digest_of([submission.name, submission.digest, submission.warnings]),
        "seed": str(seed),
        "engine": state.engine_digest(),
        "installed": state.installed(),
        "settings": state.settings_digest(),
        "course": state.digest_of([course.title, course.version, _outline(course)]),
        "how": state.digest_of([job.backend, job.threads, job.until_failed, job.pictures, job.apart, job.explained]),
    }
    return Basis(parts, {step.id: _of_step(step, files.of(step.id)) for step in steps})


def _outline(course: Course) -> list[tuple[str, str, str]]:
    """What a step's results may depend on of the others' manifests: whose a stub is that a test meets."""
    return [(exercise.id, exercise.module, exercise.target) for exercise in course.exercises]


def _of_step(step: Step, files: Mapping[str, str]) -> dict[str, str]:
    """Folder of the course → a digest of what of it the step depends on; its manifest counts as it was understood."""
    folders: dict[str, list[tuple[str, str]]] = {}
    for path, digest in sorted(files.items()):
        if not path.startswith(f"{CONFIGS}/"):  # as the manifest, or nothing that results depend on
            folders.setdefault(_folder(path), []).append((path, digest))
    manifest = state.digest_of(step.model_dump_json())
    return {f"step {step.id}'s manifest or limits": manifest} | {
        name: state.digest_of(found) for name, found in folders.items()
    }


def _folder(path: str) -> str:
    """`tests/hidden/step03`, `reference/checkpoints`, `exercises/kit/step03`: where someone looks who wants to know."""
    return "/".join(path.split("/")[:-1][:3]) or path


def look(name: str, job: Job, now: Basis) -> Kept:
    """What of this submission's earlier report counts still. Never raises: what cannot be read is graded again."""
    assert job.out is not None
    file = job.out / name / RECORD
    try:
        record = Record.model_validate_json(_record(name, job.out).read_bytes())
        content = file.read_bytes()
    except FileNotFoundError:
        return Kept(why=(NEW,))
    except (OSError, ValidationError):
        return Kept(why=("its record cannot be read",))
    if job.regrade and record.run != job.run:
        return Kept(why=("asked for",))
    if hashlib.sha256(content).hexdigest() != record.report:
        return Kept(why=("its report.json is not the one that was written",))
    if missing := [one for one in WRITTEN if not (job.out / name / one).is_file()]:
        return Kept(why=tuple(f"its {one} is missing" for one in missing))
    if parts := [part for part in SAID if record.parts.get(part) != now.parts[part]]:
        own = [part for part in parts if part != "seed" or "submission" not in parts]  # one comes of the other
        return Kept(why=tuple(SAID[part] for part in own))
    try:
        report = load_with_pictures(file)
    except (ReportError, OSError):
        return Kept(why=("its report cannot be read",))
    graded = {step.id: step for step in report.steps}
    changed = sorted({what for id in now.steps if id in graded for what in _changed(record, now, id)})
    new = [f"step {id} was not graded before" for id in now.steps if id not in graded]
    still = {id: graded[id] for id in now.steps if id in graded and record.steps.get(id) == now.steps[id]}
    if len(still) < len(now.steps) and report.environment.platform != platform.platform():
        still = {}  # one report is of one machine
    return Kept(report, still, (*changed, *new))


def _changed(record: Record, now: Basis, step: str) -> Iterable[str]:
    before, after = record.steps.get(step, {}), now.steps[step]
    return [what for what in before.keys() | after.keys() if before.get(what) != after.get(what)]


def is_recorded(name: str, out: Path) -> bool:
    return _record(name, out).is_file()


def whole(kept: Kept, now: Basis) -> bool:
    """Whether nothing is left to grade."""
    return kept.report is not None and list(kept.steps) == list(now.steps) == [s.id for s in kept.report.steps]


def alone(kept: Kept) -> Report:
    """The earlier report, before steps are joined to it."""
    assert kept.report is not None
    return kept.report.model_copy(update={"steps": [], "seconds": 0.0})


def joined(kept: Kept, new: Report, order: Iterable[str], limits: Mapping[str, int | float | None]) -> Report:
    """The new report with what was kept of the earlier one, in the order of the course's steps."""
    if kept.report is None or not kept.steps:
        return new
    steps = kept.steps | {step.id: step for step in new.steps}
    ordered = [steps[id] for id in order]
    changes = {
        "steps": ordered,
        "score": sum(step.score for step in ordered),
        "max_score": sum(step.max_score for step in ordered),
        "seconds": round(new.seconds + sum(step.seconds for step in kept.steps.values()), 3),
        "sandbox": new.sandbox.model_copy(update={"limits": dict(limits)}),
        "warnings": list(dict.fromkeys([*new.warnings, *kept.report.warnings])),
    }
    return new.model_copy(update=changes)


def record_of(
    report: str,
    submission: Submission,
    job: Job,
    now: Basis,
    feedback: Feedback,
    why: Sequence[str],
    handed_in: str | None,
) -> dict[Path, str]:
    """What records where the report with this text came from, by the file that it goes to.

    To be in place before the report is: one without a record would be graded again, and counted twice.
    """
    assert job.out is not None
    record = Record(
        run=job.run, report=hashlib.sha256(report.encode()).hexdigest(), parts=now.parts, steps=now.steps,
        feedback=_seen(feedback), content=submission.digest, handed_in=handed_in, why=list(why),
    )  # fmt: skip
    return {_record(submission.name, job.out): record.model_dump_json(indent=1) + "\n"}


def forget(name: str, out: Path) -> None:
    """Before a submission's files are written: while they are, none of them is believed."""
    _record(name, out).unlink(missing_ok=True)


def read_record(name: str, out: Path) -> Record | None:
    """The record of a submission's report; None where there is none that can be read."""
    try:
        return Record.model_validate_json(_record(name, out).read_bytes())
    except (OSError, ValidationError):
        return None


def show_again(name: str, out: Path, feedback: Feedback) -> None:
    """Have a learner's files show what learners may see now, where that has changed since they were written.

    A note that a later hand-in could not be graded goes: it is the one that counts again.
    """
    (out / name / NOT_GRADED).unlink(missing_ok=True)
    record = Record.model_validate_json(_record(name, out).read_bytes())
    if record.feedback != _seen(feedback):
        render_report(out / name / RECORD, out / name, feedback)
        record.feedback = _seen(feedback)
        write_atomic(_record(name, out), record.model_dump_json(indent=1) + "\n")


def _record(name: str, out: Path) -> Path:
    return out / GRADED / f"{name}.json"


def _seen(feedback: Feedback) -> str:
    return f"{feedback.hidden_tests}, {feedback.shown}: {feedback.seen(today())} today"
