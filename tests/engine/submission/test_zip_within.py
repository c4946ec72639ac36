"""A zip in what was handed in: the one zip of a learner's folder is the submission."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.submission import entries
from autograder.submission.read import read_submission
from tests.engine.submission.handing_in import (
    DOUBLE,
    SOURCE,
    SUMS,
    TOTAL,
    notebook,
    refusal,
    write_tree,
    write_zip,
    zipped,
)

Write = Callable[[Path, Mapping[str, str | bytes]], Path]
WRITERS: Mapping[str, Write] = {
    "folder": write_tree,
    "zip": lambda path, files: write_zip(path.with_suffix(".zip"), files),
}
CELLS = "step00_sums/_notebook_cells.py"
PACKED = zipped({f"exercises/{SUMS}": SOURCE})


@pytest.fixture(params=WRITERS)
def write(request: pytest.FixtureRequest) -> Write:
    return WRITERS[request.param]


@pytest.mark.parametrize("place", ["submission.zip", "homework/submission.ZIP"])
def test_the_one_zip_is_the_submission(tiny_course: Course, tmp_path: Path, write: Write, place: str) -> None:
    submission = read_submission(write(tmp_path / "Ada", {place: PACKED}), tiny_course)
    assert (submission.files, submission.warnings) == ({SUMS: SOURCE.encode()}, [])


def test_its_name_is_the_learners(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    assert read_submission(write(tmp_path / "Ada", {"submission.zip": PACKED}), tiny_course).name == "Ada"


def test_zip_of_a_steps_folder_may_say_the_step_in_its_name(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    files = {"step00_sums.zip": zipped({"sums.py": SOURCE, "mine.py": "x = 1\n"})}
    assert sorted(read_submission(write(tmp_path / "Ada", files), tiny_course).files) == ["step00_sums/mine.py", SUMS]


def test_zip_of_a_notebook_is_graded(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    files = {"otter.zip": zipped({"lesson.ipynb": notebook(DOUBLE), "__zip_filename__": "otter.zip"})}
    submission = read_submission(write(tmp_path / "Ada", files), tiny_course)
    assert b"return x + x" in submission.files[CELLS] and submission.warnings == []


def test_notebook_beside_it_gives_what_it_leaves_out(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    files = {"submission.zip": PACKED, "lesson.ipynb": notebook("def double(x):\n    return 0", TOTAL)}
    submission = read_submission(write(tmp_path / "Ada", files), tiny_course)
    assert submission.files[SUMS].decode().count("def ") == 1
    assert submission.warnings == [
        "lesson.ipynb gave total; the modules gave the rest",
        "lesson.ipynb defines double: the modules were graded; to have the notebook graded, hand it in by itself",
    ]


def test_same_notebook_beside_it_is_not_worth_a_word(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    lesson = notebook(DOUBLE, TOTAL)
    files = {"submission.zip": zipped({"lesson.ipynb": lesson}), "lesson.ipynb": lesson}
    assert read_submission(write(tmp_path / "Ada", files), tiny_course).warnings == []


def test_other_files_beside_it_are_told(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    submission = read_submission(write(tmp_path / "Ada", {"my.zip": PACKED, "essay.pdf": ""}), tiny_course)
    assert submission.warnings == ["ignored 1 file (essay.pdf): not a Python module"]


def test_zip_of_nothing_leaves_the_notebook_beside_it(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    files = {"data.zip": zipped({"numbers.csv": "1"}), "lesson.ipynb": notebook(TOTAL)}
    submission = read_submission(write(tmp_path / "Ada", files), tiny_course)
    assert b"sum(numbers)" in submission.files[CELLS]
    assert submission.warnings[0].startswith("data.zip is not graded: it holds no module of the course")


def test_modules_count_before_a_zip(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    submission = read_submission(write(tmp_path / "Ada", {SUMS: "x = 1\n", "earlier.zip": PACKED}), tiny_course)
    assert submission.files == {SUMS: b"x = 1\n"}
    assert submission.warnings[0].startswith("ignored 1 file (earlier.zip): a zip")


def test_two_zips_are_refused(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    message = refusal(write(tmp_path / "Ada", {"a.zip": PACKED, "b.zip": PACKED}), tiny_course)
    assert message.startswith("holds 2 zips (a.zip and b.zip): leave one; ")


def test_zip_in_a_zip_in_what_was_handed_in_is_not_opened(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    message = refusal(write(tmp_path / "Ada", {"my.zip": zipped({"inner.zip": PACKED})}), tiny_course)
    assert message.startswith("my.zip: holds no module of the course: ")
    assert message.endswith("ignored 1 file (inner.zip): a zip, which is not opened here: hand in what is in it")


def test_broken_zip_is_refused_by_name(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    message = refusal(write(tmp_path / "Ada", {"my.zip": b"no", "lesson.ipynb": notebook(TOTAL)}), tiny_course)
    assert message.startswith("my.zip: is not a zip that can be read")


def test_zip_bomb_is_refused(tiny_course: Course, tmp_path: Path, write: Write) -> None:
    bomb = zipped({SUMS: SOURCE, "bomb.bin": b"\0" * 20_000_000})
    assert "bomb.bin would unpack from" in refusal(write(tmp_path / "Ada", {"my.zip": bomb}), tiny_course)


def test_zip_in_a_zip_is_read_no_further_than_the_limit(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_INNER", 1000)
    large = zipped({SUMS: SOURCE, "noise.bin": os.urandom(5000)})
    assert "my.zip is larger than 0.001 MB" in refusal(write_zip(tmp_path / "a.zip", {"my.zip": large}), tiny_course)


def test_link_called_a_zip_is_not_followed(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "real.zip").write_bytes(PACKED)
    folder = write_tree(tmp_path / "Ada", {"notes.txt": ""})
    (folder / "my.zip").symlink_to(tmp_path / "real.zip")
    assert "links are never followed" in refusal(folder, tiny_course)
