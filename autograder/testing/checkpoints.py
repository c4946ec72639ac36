"""Recorded numbers: read, verified against the code that makes them, rewritten.

`reference/checkpoints/step00.json` holds the numbers, each with its tolerance and source;
`reference/checkpoints/step00.py`, or a module among its PARTS, has one function of the same name for each, which
computes it again.
"""

from __future__ import annotations

import difflib
import importlib.util
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.files import write_atomic

Number = int | float
Value = Number | list[Any]
"""A number, or nested lists of numbers."""
ResultStatus = Literal["ok", "drifted", "skipped", "missing", "error", "written"]


class Checkpoint(BaseModel):
    """One recorded number, or list of numbers, and what stands behind it. `slow`: a quick check leaves it alone."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    value: Value
    atol: float = Field(ge=0, allow_inf_nan=False)
    rtol: float = Field(ge=0, allow_inf_nan=False)
    source: str = Field(min_length=1)
    made_by: str = Field(min_length=1)
    needs: str | None = None
    slow: bool = False


Wanted = Callable[[str, Checkpoint], bool]
"""Whether one is to be computed again, by its whole name ("step00.name") and what is recorded of it."""


class CheckpointError(Exception):
    """Checkpoint files with mistakes; the text names every one of them, with its file."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


class CheckpointUnavailable(Exception):
    """Raised by a function of stepNN.py whose data is not on this machine; the text says what is missing."""


class UnknownCheckpoint(KeyError):
    """A name that no checkpoint has."""

    def __str__(self) -> str:
        return str(self.args[0])


class Checkpoints(Mapping[str, Checkpoint]):
    """Checkpoints by name; asking for one that does not exist says which do."""

    def __init__(self, path: Path, entries: Mapping[str, Checkpoint]) -> None:
        self.path = path
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Checkpoint:
        if name in self._entries:
            return self._entries[name]
        near = difflib.get_close_matches(name, self._entries, n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        exist = ", ".join(self._entries) or "none"
        raise UnknownCheckpoint(f"{self.path}: no checkpoint {name!r}.{guess} There are: {exist}.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class Result(NamedTuple):
    """What became of one checkpoint; `name` is "step00.name"."""

    name: str
    status: ResultStatus
    message: str

    @property
    def sound(self) -> bool:
        return self.status in ("ok", "skipped", "written")


def load_checkpoints(course_root: Path, step_id: str) -> Checkpoints:
    """The checkpoints of a step; none if it has no file. CheckpointError lists every mistake."""
    path = _json_path(course_root, step_id)
    if not path.exists():
        return Checkpoints(path, {})
    entries: dict[str, Checkpoint] = {}
    problems: list[str] = []
    for name, fields in _read(path).items():
        try:
            entries[name] = _checkpoint(name, fields)
        except ValueError as error:
            problems += [f"{path}: {name}: {line}" for line in str(error).splitlines()]
    if problems:
        raise CheckpointError(problems)
    return Checkpoints(path, entries)


def verify_checkpoints(
    course_root: Path, step_ids: Sequence[str], wanted: Wanted = lambda name, checkpoint: True
) -> list[Result]:
    """Compute the checkpoints of these steps again, those that are wanted, and compare."""
    return [result for step_id in step_ids for result, _ in _verify_step(course_root, step_id, wanted)]


def write_checkpoints(course_root: Path, step_ids: Sequence[str]) -> list[Result]:
    """Put new values where `verify` finds drift; source, tolerance, order and unchanged values stay as they are."""
    results: list[Result] = []
    for step_id in step_ids:
        path = _json_path(course_root, step_id)
        outcome = _verify_step(course_root, step_id)
        drifted = {result.name.partition(".")[2]: new for result, new in outcome if result.status == "drifted"}
        if drifted:
            raw = _read(path)
            for name, value in drifted.items():
                raw[name]["value"] = value
            write_atomic(path, _to_text(raw))
        results += [r._replace(status="written") if r.status == "drifted" else r for r, _ in outcome]
    return results


def _verify_step(
    course_root: Path, step_id: str, wanted: Wanted = lambda name, checkpoint: True
) -> list[tuple[Result, Any]]:
    """Each result with the value that was computed, None where there is none."""
    prefix, script = f"step{step_id}", _json_path(course_root, step_id).with_suffix(".py")
    try:
        recorded = load_checkpoints(course_root, step_id)
    except CheckpointError as error:
        return [(Result(prefix, "error", problem), None) for problem in error.problems]
    if not recorded and not script.exists():
        return []
    with _importable(course_root):
        try:
            module = _load(script)
        except Exception as error:
            return [(Result(prefix, "error", f"{script} cannot be imported: {_named(error)}"), None)]
        functions = _functions(module)
        chosen = [one for name, one in recorded.items() if wanted(f"{prefix}.{name}", one)]
        outcome = [_verify_one(f"{prefix}.{one.name}", one, functions.get(one.name), script) for one in chosen]
    unrecorded = [name for name in functions if name not in recorded]
    advice = (
        f"has a function in {script.name} and no entry in {recorded.path}: add one (value, atol, rtol, source, made_by)"
    )
    return outcome + [(Result(f"{prefix}.{name}", "missing", advice), None) for name in unrecorded]


def _verify_one(
    name: str, checkpoint: Checkpoint, function: Callable[[], Any] | None, script: Path
) -> tuple[Result, Any]:
    if function is None:
        return Result(name, "missing", f"{script} has no function {checkpoint.name}() to compute it"), None
    try:
        value = _plain(function())
        off = _difference(value, checkpoint)
    except CheckpointUnavailable as error:
        if checkpoint.needs:
            return Result(name, "skipped", f"needs {checkpoint.needs}: {error}"), None
        return Result(name, "error", f'unavailable ({error}), but its entry does not say what it "needs"'), None
    except Exception as error:
        return Result(name, "error", _named(error)), None
    return (Result(name, "drifted", off), value) if off else (Result(name, "ok", "reproduces"), value)


def _difference(value: Value, checkpoint: Checkpoint) -> str:
    """What is off, in words; empty when the value is within tolerance."""
    if (shape := _shape(value)) != (recorded_shape := _shape(checkpoint.value)):
        return f"recorded with shape {list(recorded_shape)}, now {list(shape)}"
    worst, index = 0.0, None
    pairs = list(zip(_flat(value), _flat(checkpoint.value), strict=True))
    for position, (now, before) in enumerate(pairs):
        excess = abs(now - before) - checkpoint.atol - checkpoint.rtol * abs(before)
        if excess > worst:
            worst, index = excess, position
    if index is None:
        return ""
    now, before = pairs[index]
    where = f" (element {index} of {len(pairs)}, the worst)" if shape else ""
    return f"recorded {before!r}, now {now!r}{where}; tolerance atol={checkpoint.atol:g} rtol={checkpoint.rtol:g}"


def _checkpoint(name: str, fields: Any) -> Checkpoint:
    if not isinstance(fields, dict):
        raise ValueError("must be an object with value, atol, rtol, source, made_by, needs")
    try:
        checkpoint = Checkpoint(**{**fields, "name": name})
    except ValidationError as error:
        raise ValueError("\n".join(f"{_place(e['loc'])}: {e['msg']}" for e in error.errors())) from None
    _shape(checkpoint.value)
    return checkpoint


def _place(loc: tuple[int | str, ...]) -> str:
    return str(loc[0]) if loc else "entry"


def _shape(value: Value) -> tuple[int, ...]:
    """Shape of a number or of nested lists; ValueError for what is ragged, empty, or not finite numbers."""
    if isinstance(value, list):
        shapes = {_shape(item) for item in value}
        if len(shapes) != 1:
            raise ValueError("value: lists must be rectangular and not empty")
        return (len(value), *shapes.pop())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"value: {value!r} is not a number")
    if not math.isfinite(value):
        raise ValueError(f"value: {value} is not finite")
    return ()


def _flat(value: Value) -> Iterator[Number]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _plain(value: Any) -> Any:
    """Arrays, tensors and tuples as lists."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _read(path: Path) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        if twice:
            raise ValueError(f"{', '.join(map(repr, twice))} is there twice")
        return dict(pairs)

    try:
        data = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique)
    except OSError as error:
        raise CheckpointError([f"{path}: cannot be read ({error.strerror})"]) from None
    except ValueError as error:
        raise CheckpointError([f"{path}: broken JSON: {error}"]) from None
    if not isinstance(data, dict):
        raise CheckpointError([f"{path}: must be an object of checkpoints by name"])
    return data


def _to_text(raw: Mapping[str, Any]) -> str:
    """JSON with one field a line, so that a list of numbers is one line and a change is a short diff."""
    entries = []
    for name, fields in raw.items():
        lines = [f"    {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields.items()]
        entries.append(f"  {json.dumps(name, ensure_ascii=False)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _json_path(course_root: Path, step_id: str) -> Path:
    return Path(course_root) / "reference" / "checkpoints" / f"step{step_id}.json"


def _load(script: Path) -> ModuleType:
    if not script.exists():
        raise FileNotFoundError("it does not exist")
    spec = importlib.util.spec_from_file_location(f"_checkpoints_{script.stem}", script)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _functions(module: ModuleType) -> dict[str, Callable[[], Any]]:
    """The public functions of the module, and of the modules that it names as its PARTS: one for each checkpoint."""
    return {
        name: function
        for part in (module, *getattr(module, "PARTS", ()))
        for name, function in vars(part).items()
        if isinstance(function, FunctionType) and function.__module__ == part.__name__ and not name.startswith("_")
    }


@contextmanager
def _importable(course_root: Path) -> Iterator[None]:
    root = str(Path(course_root).resolve())
    sys.path.insert(0, root)
    try:
        yield
    finally:
        sys.path.remove(root)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
