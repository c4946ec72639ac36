"""The Report: everything that grading one submission found out, and the only thing that renderings read.

`report.schema.json` beside this file is made from these models. Every text is cleaned on its way in (`clean_text`), so
that no rendering can forget to.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from autograder.report.text import clean_text

SCHEMA_VERSION: Literal["2"] = "2"
READ_AS_NEW = ("1",)  # older ones, which lack only what has a default
SCHEMA_FILE = Path(__file__).with_name("report.schema.json")

Outcome = Literal["passed", "failed", "not_started", "blocked", "error", "timeout", "out_of_memory"]
Status = Literal["passed", "partial", "failed", "not_started", "blocked", "error", "timeout", "out_of_memory"]
Visibility = Literal["public", "hidden"]


def _cleaned(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _iso_with_zone(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a date and time in ISO 8601, such as 2025-01-31T14:05:00+00:00") from None
    if moment.tzinfo is None:
        raise ValueError("must say its time zone, as in 2025-01-31T14:05:00+00:00")
    return value


Text = Annotated[str, BeforeValidator(_cleaned)]
Moment = Annotated[str, AfterValidator(_iso_with_zone)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ReportError(Exception):
    """A report that cannot be read; the text says which file, what is wrong and what to do."""


class Part(BaseModel):
    """What all pieces of a report share: no unknown keys, no guessing of types."""

    model_config = ConfigDict(
        extra="forbid", strict=True, validate_assignment=True, json_schema_serialization_defaults_required=True
    )


class TestResult(Part):
    """One test of one exercise."""

    __test__ = False  # not a test class for pytest

    id: Text = Field(description="Name of the test, unique within its exercise and visibility.")
    title: Text = Field(default="", description="What the test claims, from its docstring; its name when empty.")
    visibility: Visibility = Field(description="public: shipped to learners; hidden: staff only.")
    outcome: Outcome = Field(description="What came of it.")
    message: Text = Field(
        default="", description="What is wrong, in words. Never holds hidden values. Empty when the test passed."
    )
    seconds: Amount = Field(default=0.0, description="Wall time of the test.")
    known_by: Text = Field(
        default="",
        description="Who knew the mistake; for the grader's own use.",
        exclude=True,
        repr=False,
    )
    plain: Text = Field(
        default="", description="The message without what was guessed; for the grader's own use.", exclude=True
    )
    behaviour: list[str | int | float] | None = Field(
        default=None,
        description="Fingerprint of what a failed public test saw: the same for the same behaviour.",
        exclude_if=lambda value: value is None,
        repr=False,
    )

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"

    @property
    def claim(self) -> str:
        """What the test says of a right solution, and in which case: `test_rows_sum_to_one[3]` is "rows sum to one [3]"
        unless its title says it better."""
        name, bracket, case = self.id.rpartition("::")[2].partition("[")
        words = self.title or name.removeprefix("test_").replace("_", " ")
        return f"{words} [{case}" if bracket and "[" not in words else words


class KnownMistake(Part):
    """A wrong solution that is known, and behaves in every test as the submission does."""

    id: Text = Field(description='Its name in the course\'s catalogue, such as "00/logits__no_bias".')
    says: Text = Field(description='What it does: "leaves the bias out".')


class ExerciseResult(Part):
    """One exercise: its points, and the tests that decided them."""

    id: Text = Field(description='Qualified id, such as "00.logits".')
    title: Text = Field(description="Title from the manifest.")
    status: Status = Field(
        description="partial: some of its parts were earned. blocked: a prerequisite has to come first."
    )
    score: Amount = Field(description="Points earned.")
    max_score: Amount = Field(description="Points that can be earned.")
    blocked_by: list[Text] | None = Field(
        default=None,
        description="Qualified ids of the prerequisites that do not pass; only for status blocked.",
        exclude_if=lambda value: value is None,
    )
    star: bool = Field(default=False, description="One of the exercises that its step exists for.")
    bonus: bool = Field(default=False, description="Shown, and counted in no total.")
    picture: str | None = Field(
        default=None,
        description="PNG as a data URI. Drawn in report.html, never part of report.json.",
        pattern=r"^data:image/png;base64,[A-Za-z0-9+/]+={0,2}$",
        exclude=True,
        repr=False,
    )
    note: Text = Field(
        default="", description="About tests that its reader is not shown; never part of report.json.", exclude=True
    )
    mistakes: list[KnownMistake] = Field(
        default_factory=list, description="Known mistakes that behave in every test as the submission does."
    )
    called: list[str] = Field(
        default_factory=list, description="What its tests called; for the grader's own use.", exclude=True, repr=False
    )
    tests: list[TestResult] = Field(default_factory=list, description="Public tests, then hidden ones.")

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    @property
    def seconds(self) -> float:
        """Wall time of its tests."""
        return sum(test.seconds for test in self.tests)

    def of(self, visibility: Visibility) -> list[TestResult]:
        return [test for test in self.tests if test.visibility == visibility]

    @model_validator(mode="after")
    def _earned_at_most_all(self) -> Self:
        if self.score > self.max_score + 1e-6:
            raise ValueError(f"{self.id}: score {self.score} is more than max_score {self.max_score}")
        return self


class StepResult(Part):
    """One step of the course. Bonus exercises are in the list and not in the totals."""

    id: Text = Field(description='Step id, such as "00".')
    title: Text = Field(description="Title from the manifest.")
    score: Amount = Field(description="Sum of the scores of its exercises, bonus apart.")
    max_score: Amount = Field(description="Sum of the points of its exercises, bonus apart.")
    seconds: Amount = Field(default=0.0, description="Wall time of its tests.")
    code_seconds: Amount = Field(default=0.0, description="The part of it spent in the submission's own code.")
    exercises: list[ExerciseResult] = Field(description="In the order of the manifest.")

    @classmethod
    def of(cls, id: str, title: str, exercises: list[ExerciseResult], code_seconds: float = 0.0) -> StepResult:
        """A step with its totals added up."""
        score, max_score = _totals(exercise for exercise in exercises if not exercise.bonus)
        seconds = round(sum(exercise.seconds for exercise in exercises), 3)
        return cls(
            id=id, title=title, score=score, max_score=max_score, seconds=seconds,
            code_seconds=round(code_seconds, 3), exercises=exercises,
        )  # fmt: skip

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        counted = (exercise for exercise in self.exercises if not exercise.bonus)
        _require_totals(self, f"step {self.id}", "exercises", counted)
        return self


class EngineInfo(Part):
    """The engine that graded."""

    version: Text = Field(description="Version of learn-mech-interp.")


class EnvironmentInfo(Part):
    """The machine that graded."""

    python: Text = Field(description="Python version.")
    torch: Text = Field(description="PyTorch version.")
    platform: Text = Field(description="Operating system and processor.")


class SandboxInfo(Part):
    """How the submission's code was kept apart."""

    backend: Text = Field(description='"bwrap" or "user" (isolated), or "process" (limits only).')
    limits: dict[Text, int | float | None] = Field(description="Limits that were in force, by name.")
    isolated: bool = Field(description="Whether the code could see neither network nor files of the grader.")
    memory_by: Literal["PSS", "RSS", "USS"] | None = Field(
        default=None,
        description="What memory was counted by: PSS (each shared page once), RSS (an estimate from what each process "
        "says of itself) or USS (what no other process has). Absent where no guest ran, and in older reports.",
        exclude_if=lambda value: value is None,
    )


class Report(Part):
    """The result of grading one submission."""

    schema_version: Literal["2"] = Field(default=SCHEMA_VERSION, description="Version of this format.")
    submission: Text = Field(description="Name of the submission: its folder or file without its suffix.")
    course: Text = Field(description="Title of the course.")
    seed: int = Field(
        description="Seed of the run: with the course's salt and the submission it gives every hidden input."
    )
    started: Moment = Field(
        description="When grading began, ISO 8601 with time zone.", json_schema_extra={"format": "date-time"}
    )
    seconds: Amount = Field(description="Wall time of grading.")
    engine: EngineInfo
    environment: EnvironmentInfo
    sandbox: SandboxInfo
    score: Amount = Field(description="Points earned, bonus apart.")
    max_score: Amount = Field(description="Points that can be earned, bonus apart.")
    steps: list[StepResult] = Field(description="The steps that were graded, in course order.")
    warnings: list[Text] = Field(default_factory=list, description="What a reader of the score should know.")
    note: Text = Field(
        default="", description="About tests that its reader is not shown; never part of report.json.", exclude=True
    )

    counted: Text = Field(
        default="",
        description="What counts in the end, and why; never part of report.json.",
        exclude=True,
    )
    named: dict[Text, Text] = Field(
        default_factory=dict,
        description="By exercise, what staff have called its mistake; never part of report.json.",
        exclude=True,
    )

    @property
    def exercises(self) -> Iterator[ExerciseResult]:
        return (exercise for step in self.steps for exercise in step.exercises)

    @property
    def counts(self) -> Counter[Status]:
        """How many exercises have each status, bonus apart."""
        return Counter(exercise.status for exercise in self.exercises if not exercise.bonus)

    @property
    def next_exercise(self) -> ExerciseResult | None:
        """The first exercise that is worth working on: not passed, and not waiting for another one."""
        return next_exercise(self.steps)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _require_totals(self, "the report", "steps", self.steps)
        return self


def next_exercise(steps: Iterable[StepResult]) -> ExerciseResult | None:
    """The first exercise that is worth working on: not passed, and not waiting for another one."""
    exercises = (exercise for step in steps for exercise in step.exercises)
    return next((e for e in exercises if not (e.passed or e.bonus or e.status == "blocked")), None)


Scored = ExerciseResult | StepResult


def _totals(parts: Iterable[Scored]) -> tuple[float, float]:
    pairs = [(part.score, part.max_score) for part in parts]
    return math.fsum(score for score, _ in pairs), math.fsum(most for _, most in pairs)


def _require_totals(whole: StepResult | Report, name: str, of_what: str, parts: Iterable[Scored]) -> None:
    for field, total in zip(("score", "max_score"), _totals(parts), strict=True):
        said = getattr(whole, field)
        if abs(said - total) > 1e-6:
            raise ValueError(f"{field} of {name} is {said}, but its {of_what} add up to {total}")


def rechecked(report: Report) -> Report:
    """A copy that went through every check again: lists of the original may have grown since it was made."""
    return Report.model_validate(_plain(report))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {name: _plain(item) for name, item in value}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def to_json(report: Report) -> str:
    """The text of report.json."""
    return report.model_dump_json(indent=2) + "\n"


def load_report(path: Path | str) -> Report:
    """Read a report.json; ReportError says what is wrong with it."""
    path = Path(path)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(
            f"{path}: no such report. `lmi grade SUBMISSION -o DIR` writes DIR/SUBMISSION/report.json."
        ) from None
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path}: not a report: broken JSON ({error}). Grade the submission again.") from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version in READ_AS_NEW:
        data["schema_version"] = version = SCHEMA_VERSION
    if version != SCHEMA_VERSION:
        found = f"says schema_version {version!r}" if version is not None else "has no schema_version"
        raise ReportError(f"{path}: {found}; this engine reads {SCHEMA_VERSION!r}. Grade the submission again.")
    try:
        return Report.model_validate_json(json.dumps(data))
    except ValidationError as error:
        lines = (f"  {'.'.join(map(str, e['loc'])) or 'report'}: {e['msg']}" for e in error.errors()[:10])
        raise ReportError(f"{path}: not a sound report:\n" + "\n".join(lines)) from None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of report.json."""
    schema = Report.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
