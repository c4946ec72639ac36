"""What a course is made of, and how its mistakes are told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator

CONFIGS = "grading_configs"
IDENTIFIER = r"^[A-Za-z_][A-Za-z0-9_]*$"

Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Positive = Annotated[float, Field(gt=0)]
PositiveInt = Annotated[int, Field(gt=0)]


class Problem(NamedTuple):
    """One mistake: where it is, and what to do about it."""

    file: Path
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class CourseError(Exception):
    """The course has mistakes; `problems` holds every one that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        count = "one mistake" if len(self.problems) == 1 else f"{len(self.problems)} mistakes"
        super().__init__("\n".join([f"The course has {count}:", *(f"  {problem}" for problem in self.problems)]))

    def __reduce__(self) -> tuple[type[CourseError], tuple[list[Problem]]]:
        return type(self), (self.problems,)  # what it was made from: it may come from a worker


class UnknownName(LookupError):
    """No step or exercise has the name that was asked for."""


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Limits(Model):
    """What one submission may use. Seconds are wall time; cpu_seconds are of a thread; `call_` is for a call."""

    call_seconds: Positive
    call_cpu_seconds: Positive
    submission_seconds: Positive
    cpu_seconds: Positive
    memory_mb: PositiveInt
    processes: PositiveInt
    file_mb: PositiveInt
    tmp_mb: PositiveInt
    output_kb: PositiveInt
    reply_mb: PositiveInt


HiddenTests = Literal["nothing", "names", "messages"]


def _moment_shown(value: Any) -> Any:
    if value in ("now", "never") or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise ValueError('write "now", "never", or a date without quotes, such as 2026-12-24')


class Feedback(Model):
    """What learners see of hidden tests, and from when: a date begins in UTC."""

    hidden_tests: HiddenTests = "messages"
    shown: Annotated[Literal["now", "never"] | date, PlainValidator(_moment_shown)] = "now"

    def seen(self, today: date) -> HiddenTests:
        """What a learner who looks on this day sees."""
        if isinstance(self.shown, date):
            return self.hidden_tests if today >= self.shown else "nothing"
        return self.hidden_tests if self.shown == "now" else "nothing"


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is not None:
        return value
    raise ValueError("write date, time and zone without quotes, such as 2026-12-24T23:59:00+01:00")


class Late(Model):
    """What a late attempt earns: `percent` less for each day that has begun, and nothing after `days` of them."""

    percent: Annotated[float, Field(ge=0, le=100, strict=False)] = 0.0
    days: Annotated[int, Field(ge=0)] = 0
    grace_minutes: Annotated[float, Field(ge=0, strict=False)] = 0.0


class Attempts(Model):
    """Which attempt counts in each step, and until when it is in time; a step without a deadline is never late."""

    counts: Literal["last", "best", "before_deadline"] = "last"
    deadlines: dict[str, Annotated[datetime, AfterValidator(_with_zone)]] = Field(default_factory=dict)
    late: Late = Late()


class ExerciseEntry(Model):
    """An `[[exercise]]` as its author wrote it: `id` and `requires` may leave out the step."""

    id: Identifier
    title: str = Field(min_length=1)
    module: Identifier
    object: str | None = Field(default=None, pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$")
    points: float = 0.0
    parts: dict[str, float] = Field(default_factory=dict)
    star: bool = False
    bonus: bool = False
    difficulty: int = Field(ge=1, le=5)
    minutes: PositiveInt
    requires: tuple[str, ...] = Field(default=(), strict=False)
    hints: tuple[str, ...] = Field(default=(), strict=False)
    picture: Identifier | None = None

    @property
    def target(self) -> str:
        """What the learner writes: `logits`, `ToyModel` or `ToyModel.forward`."""
        return self.object or self.id

    @property
    def top_level(self) -> str:
        """The function or class of a module that this is, or is in: `logits`, `ToyModel`."""
        return self.target.partition(".")[0]


class Exercise(ExerciseEntry):
    """One thing to implement. `id` is qualified (`00.logits`), `name` is not (`logits`); so is `requires`."""

    id: str
    name: Identifier
    step: str

    @property
    def target(self) -> str:
        return self.object or self.name


class Step(Model):
    """One big idea: a folder of modules and the exercises in them."""

    id: str
    title: str
    idea: str
    paper: str
    folder: str
    points: float
    preload: tuple[str, ...] = ()  # installed modules, slow to import, that a grader imports once for all
    limits: Limits
    exercises: tuple[Exercise, ...]

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules that hold exercises, in the manifest's order."""
        return tuple(dict.fromkeys(exercise.module for exercise in self.exercises))

    @property
    def homes(self) -> dict[str, str]:
        """Function or class that an exercise asks for → the module that it belongs to."""
        return {exercise.top_level: exercise.module for exercise in self.exercises}


class Course(Model):
    """Everything the engine knows about a course."""

    root: Path
    title: str
    version: str
    steps: tuple[Step, ...]
    feedback: Feedback = Feedback()
    attempts: Attempts = Attempts()

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in the order in which they are meant to be solved."""
        return tuple(exercise for step in self.steps for exercise in step.exercises)

    @property
    def has_solutions(self) -> bool:
        """False in a learners' release, which has neither solutions nor hidden tests."""
        return (self.root / "reference").is_dir()

    def step(self, id: str) -> Step:
        """The step with this id; an `UnknownName` names those there are."""
        for step in self.steps:
            if id in (step.id, step.folder):
                return step
        raise UnknownName(f"there is no step {id!r}: the steps are {', '.join(step.id for step in self.steps)}")

    def steps_named(self, names: str | None) -> list[Step]:
        """The steps of a list such as "00,03", in the course's order; all of them when None."""
        wanted = [self.step(name.strip()) for name in names.split(",")] if names else self.steps
        return [step for step in self.steps if step in wanted]

    def exercise(self, id: str) -> Exercise:
        """The exercise `00.logits`, or `logits` if only one step has that name."""
        matching = [exercise for exercise in self.exercises if id in (exercise.id, exercise.name)]
        if len(matching) == 1:
            return matching[0]
        if matching:
            choices = " or ".join(exercise.id for exercise in matching)
            raise UnknownName(f"{id!r} is the name of more than one exercise: say {choices}")
        known = [name for exercise in self.exercises for name in (exercise.id, exercise.name)]
        raise UnknownName(f"there is no exercise {id!r}{did_you_mean(id, known) or '; `lmi progress` lists them'}")

    def step_of(self, exercise: Exercise) -> Step:
        return self.step(exercise.step)

    @property
    def kit(self) -> Path:
        """The given code that every submission may use."""
        return self.root / "exercises" / "kit"

    def exercises_folder(self, step: Step) -> Path:
        return self.root / "exercises" / step.folder

    def reference_folder(self, step: Step) -> Path:
        return self.root / "reference" / step.folder

    def stub_path(self, exercise: Exercise) -> Path:
        return self.exercises_folder(self.step_of(exercise)) / f"{exercise.module}.py"

    def solution_path(self, exercise: Exercise) -> Path:
        return self.reference_folder(self.step_of(exercise)) / f"{exercise.module}.py"

    def tests_folder(self, step: Step, visibility: str) -> Path:
        """`tests/public/step00` or `tests/hidden/step00`."""
        return self.root / "tests" / visibility / f"step{step.id}"

    def tests_from_root(self, step: Step, visibility: str) -> str:
        """The same as seen from the root: pytest takes `[` and `::` in an argument for parts of a test's name."""
        return self.tests_folder(step, visibility).relative_to(self.root).as_posix()

    def manifest(self, step: Step) -> Path:
        return self.root / CONFIGS / f"step{step.id}.toml"


def find_root(start: Path | None = None) -> Path:
    """The nearest folder, from `start` (here) upwards, that holds `grading_configs/course.toml`."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIGS / "course.toml").is_file():
            return folder
    where = start / CONFIGS / "course.toml"
    raise CourseError([Problem(where, None, "not found here or in any parent folder: run this inside a course")])


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'points'?`, or nothing when no known name is near."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
