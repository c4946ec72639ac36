"""The sample class: submissions made from solutions, stubs and banks as `grading_configs/sample_class.toml` says."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from autograder.course import CONFIGS, Course
from autograder.submission import BANKS, BankError, BankFile, read_bank, replaced, solutions, stubs

FILE = "sample_class.toml"


class SampleError(Exception):
    """The sample class cannot be made; the message says which entry is wrong."""


class Sample(BaseModel):
    """One made-up learner. `steps`: those that it starts from `base` with, stubs in all others (empty: all);
    `solved`: modules solved on top of that; `changes`: bank files, as "step00/wrong/name"; `broken`: modules that end
    in the middle of a line."""

    model_config = ConfigDict(extra="forbid")

    name: str
    about: str
    base: Literal["reference", "stubs"]
    steps: list[str] = []
    solved: list[str] = []
    changes: list[str] = []
    broken: list[str] = []
    as_zip: bool = False


def read_samples(course: Course) -> list[Sample]:
    """The sample class's entries. Raises SampleError."""
    file = course.root / CONFIGS / FILE
    if not file.exists():
        raise SampleError(f"this course has no sample class: list one in {CONFIGS}/{FILE} to see it graded")
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("submission", [])
        samples = [Sample.model_validate(entry) for entry in entries]
    except (OSError, ValueError) as error:  # broken TOML, text or entries
        raise SampleError(f"{file}: {error}") from None
    if not samples:
        raise SampleError(f"{file} lists no [[submission]]")
    return samples


def write_samples(course: Course, folder: Path) -> list[Sample]:
    """Write every sample into `folder`, as a folder or a zip, as learners would hand it in."""
    samples = read_samples(course)
    for sample in samples:
        files = _files(course, sample)
        if sample.as_zip:
            folder.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(folder / f"{sample.name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in files.items():
                    archive.writestr(f"exercises/{name}", text)
        else:
            for name, text in files.items():
                path = folder / sample.name / "exercises" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return samples


def _files(course: Course, sample: Sample) -> dict[str, str]:
    files: dict[str, str] = {}
    if unknown := set(sample.steps) - {step.id for step in course.steps}:
        raise SampleError(f"{CONFIGS}/{FILE}: {sample.name} names no step of the course: {', '.join(sorted(unknown))}")
    for step in course.steps:
        solved, untouched = solutions(course, step), stubs(course, step)
        begun = not sample.steps or step.id in sample.steps
        files |= solved if sample.base == "reference" and begun else untouched
        files |= {name: solved[name] for name in solved if Path(name).stem in sample.solved}
    if unknown := {*sample.solved, *sample.broken} - {Path(name).stem for name in files}:
        raise SampleError(
            f"{CONFIGS}/{FILE}: {sample.name} names no module of the course: {', '.join(sorted(unknown))}"
        )
    for change in sample.changes:
        files |= _changed(course, files, change)
    return {
        name: f"{text}\ndef unfinished(:\n" if Path(name).stem in sample.broken else text
        for name, text in files.items()
    }


def _changed(course: Course, files: dict[str, str], change: str) -> dict[str, str]:
    """The files that a bank's file changes: those of its step, or any for a bank of no step."""
    folders = {f"step{step.id}": step.folder for step in course.steps}
    own = folders.get(change.split("/")[0])
    try:
        return replaced({n: t for n, t in files.items() if own in (None, n.split("/")[0])}, _bank_file(course, change))
    except BankError as error:
        raise SampleError(str(error)) from None


def _bank_file(course: Course, name: str) -> BankFile:
    folder, _, stem = name.rpartition("/")
    for entry in read_bank(course, folder):
        if entry.path.stem == stem:
            return entry
    raise SampleError(f"{CONFIGS}/{FILE} names {name}, but there is no {BANKS / folder / stem}.py")
