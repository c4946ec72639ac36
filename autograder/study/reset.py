"""`lmi reset`: one exercise as it was before it was touched; the rest of the file stays."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from autograder.course import Course, CourseError, Exercise, UnknownName, stub_texts
from autograder.files import write_atomic
from autograder.study.check import sentence
from autograder.study.console import make_console
from autograder.study.splice import missing_imports, put_back
from autograder.submission import coding_of, source_text
from autograder.words import could_not

WHOLE = "so only the whole file can be put back, every exercise in it."


def reset(course: Course, id: str, yes: bool = False) -> int:
    """Put back an exercise's stub after saving the learner's file; 0, or 2 with a reason and nothing changed.

    Asks first unless `yes`. A file that is not valid Python can only be put back whole.
    """
    try:
        exercise = course.exercise(id)
        return _reset(course, exercise, yes)
    except (UnknownName, CourseError) as error:
        return could_not(sentence(error) if isinstance(error, UnknownName) else str(error))
    except OSError as error:
        return could_not(f"Nothing was changed: {error.filename or ''}: {error.strerror or error}")


def _reset(course: Course, exercise: Exercise, yes: bool) -> int:
    console, file = make_console(), course.stub_path(exercise)
    stub = stub_texts(course, course.step_of(exercise)).get(file.name)
    shown = file.relative_to(course.root).as_posix()
    if stub is None:
        return could_not(f"There is no untouched copy of {shown} to take it from. Get the course's files again.")
    if not file.exists():
        write_atomic(file, stub)
        console.print(f"{shown} was missing: it is back, with every exercise in it untouched.")
        return 0
    before = file.read_bytes()
    after, what, whole = _decide(before, stub, exercise, shown)
    if after == before:
        console.print(f"{exercise.id} is untouched: there is nothing to put back.")
        return 0
    if not yes and (refusal := _ask(f"{what} Your version will be kept in .lmi/backup. Go ahead? [y/N] ")):
        return could_not(refusal)
    backup = _back_up(course.root, file, before)
    write_atomic(file, after)
    kept = backup.relative_to(course.root).as_posix()
    done = f"{shown} is as it was given out, every exercise in it." if whole else (
        f"{exercise.target} in {shown} is a stub again; the rest of the file is as you left it."
    )  # fmt: skip
    lines = [done, f"Your version: {kept}"]
    if needed := missing_imports(source_text(after), stub, exercise.target):
        lines += ["The stub needs what your file no longer imports. Add at its top:", *(f"    {one}" for one in needed)]
    console.print("\n".join(lines))
    return 0


def _decide(before: bytes, stub: str, exercise: Exercise, shown: str) -> tuple[bytes, str, bool]:
    """The file with the stub back in it, the question that goes with it, and whether all of the file is put back."""
    coding = coding_of(before)
    try:
        text = before.decode(coding)
        ending = "\r\n" if "\r\n" in text else "\n"
        after = put_back(text.replace("\r\n", "\n"), stub, exercise.target)
        content = after.replace("\n", ending).encode("utf-8" if coding == "utf-8-sig" else coding)
    except UnicodeDecodeError:
        return stub.encode(), f"{shown} is not UTF-8 text, {WHOLE}", True
    except UnicodeEncodeError:
        return stub.encode(), f"{shown} is saved as {coding}, in which the stub cannot be written, {WHOLE}", True
    except SyntaxError as error:
        return stub.encode(), f"{shown} is not valid Python (line {error.lineno}: {error.msg}), {WHOLE}", True
    except ValueError as error:
        return stub.encode(), f"{shown}: {error}, {WHOLE}", True
    return content, f"This puts back the stub of {exercise.target} in {shown}.", False


def _ask(question: str) -> str | None:
    """None to go ahead, or why not."""
    if not sys.stdin.isatty():
        return f"{question.removesuffix(' Go ahead? [y/N] ')} Nothing was changed. Say --yes to go ahead."
    answer = input(question).strip().lower()
    return None if answer in ("y", "yes") else "Nothing was changed."


def _back_up(root: Path, file: Path, content: bytes) -> Path:
    """A copy of the learner's file under a name of its own."""
    folder = root / ".lmi" / "backup" / file.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    time, number = datetime.now().strftime("%Y-%m-%d_%H%M%S"), 1
    while True:
        again = f"_{number}" if number > 1 else ""
        backup = folder / f"{file.stem}.{time}{again}.py"
        try:
            with backup.open("xb") as copy:
                copy.write(content)
            return backup
        except FileExistsError:
            number += 1
