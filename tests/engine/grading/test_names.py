"""A grade is never another file's: names are distinct in one run, and stay with their files from run to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.names import keep_names, name_each
from autograder.submission import submission_name


def run(out: Path, *files: str) -> tuple[dict[str, str], list[str]]:
    """File → the name that it gets in a run into `out`, and what is said."""
    paths = [Path("/class", file) for file in files]
    names = name_each([(submission_name(path), path) for path in paths], out)
    for name in names.given:
        (out / name).mkdir(exist_ok=True)
    keep_names(names.given, paths, out)
    return dict(zip(files, names.given, strict=True)), names.notes


def test_names_that_meet_are_two_learners_in_one_run(tmp_path: Path) -> None:
    assert run(tmp_path, "Ada 1.zip", "Ada_1.zip")[0] == {"Ada 1.zip": "Ada_1", "Ada_1.zip": "Ada_1-2"}


@pytest.mark.parametrize("late", ["Ada_1.zip", "ada 1.zip", "Ada (1).zip", "Ada-1 .zip"])
def test_a_later_file_whose_name_meets_anothers_takes_no_place(tmp_path: Path, late: str) -> None:
    before, _ = run(tmp_path, "Ada 1.zip")
    after, notes = run(tmp_path, late)
    assert before["Ada 1.zip"] != after[late]
    assert not notes or "another's (class/Ada 1.zip)" in notes[0]


def test_the_same_files_have_the_same_names_again(tmp_path: Path) -> None:
    first, _ = run(tmp_path, "Ada 1.zip", "Ada_1.zip", "ben.zip")
    assert run(tmp_path, "Ada_1.zip")[0] == {"Ada_1.zip": "Ada_1-2"}
    assert run(tmp_path, "ben.zip", "Ada_1.zip", "Ada 1.zip") == (first, [])


@pytest.mark.parametrize("again", ["ada.tar.gz", "late/ada.zip", "ada"])
def test_another_file_of_the_same_name_takes_its_place_and_it_is_said(tmp_path: Path, again: str) -> None:
    run(tmp_path, "ada.zip")
    names, notes = run(tmp_path, again)
    assert names == {again: "ada"} and "takes its place" in notes[0]


def test_a_name_is_free_again_when_its_folder_is_gone(tmp_path: Path) -> None:
    run(tmp_path, "Ada 1.zip")
    (tmp_path / "Ada_1").rmdir()
    assert run(tmp_path, "Ada_1.zip") == ({"Ada_1.zip": "Ada_1"}, [])


@pytest.mark.parametrize("name", ["grades.csv", "INDEX.html", "report.json", "gradebook.sqlite", "not_graded.txt"])
def test_names_of_the_classs_files_are_nobodys(tmp_path: Path, name: str) -> None:
    assert run(tmp_path, f"{name}.zip")[0] == {f"{name}.zip": f"{name}-2"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"ada": 1}'])
def test_a_broken_record_stops_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / ".lmi").mkdir()
    (tmp_path / ".lmi/handed_in.json").write_text(text)
    assert run(tmp_path, "ada.zip")[0] == {"ada.zip": "ada"}


def test_one_letter_written_in_two_ways_is_one_name(tmp_path: Path) -> None:
    run(tmp_path, "Zo\u00eb.zip")
    assert run(tmp_path, "Zoe\u0308.zip") == ({"Zoe\u0308.zip": "Zo\u00eb"}, [])
