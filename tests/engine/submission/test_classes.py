"""Everybody in a class's folder is graded or named with the reason, whatever lies beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course
from autograder.submission import SubmissionError, find_class, read_submission, submission_name
from tests.engine.submission.handing_in import DOUBLE, SOURCE, SUMS, notebook, refusal, write_tree, zipped

ZIP = zipped({SUMS: SOURCE})
LEARNERS = {
    "canvas": {"ada_1_11_submission.zip": ZIP, "ben_2_12_sums.py": SOURCE, "cho_3_13_work.rar": b"Rar!"},
    "moodle": {
        f"Ada L_1_assignsubmission_file/{SUMS}": SOURCE,
        "Ben_2_assignsubmission_file_sums.py": SOURCE,
        "Cho_3_assignsubmission_file_work.7z": b"7z",
    },
    "names": {"ada.zip": ZIP, "ben.py": SOURCE, "cho.pdf": b"%PDF", "dan.ipynb.json": notebook(DOUBLE), "eve.zst": b""},
    "a table that someone handed in": {"ada.zip": ZIP, "ben_2_12_results.csv": "1,2"},
    "a file without a suffix": {"ada.zip": ZIP, "ben": b"PK"},
}
ADDED = ("index.html", "grades.csv", "Students.xlsx", "reports/gradebook.sqlite", "reports/grades.csv")
JUNK = (".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/._ada.zip", "._ada_1_11_submission.zip", ".git/config")


def named(folder: Path, course: Course) -> dict[str, bool]:
    """Name → whether it can be read."""
    found = {}
    for one in find_class([folder], course).found:
        try:
            found[one.name] = one.problem is None and bool(read_submission(one.paths, course).files)
        except SubmissionError:
            found[one.name] = False
    return found


@pytest.mark.parametrize("files", LEARNERS.values(), ids=LEARNERS)
def test_nobody_vanishes(tiny_course: Course, tmp_path: Path, files: dict[str, str | bytes]) -> None:
    assert len(named(write_tree(tmp_path / "class", files), tiny_course)) == len(files)


@pytest.mark.parametrize("files", LEARNERS.values(), ids=LEARNERS)
def test_a_folder_and_its_files_one_by_one_are_the_same_class(
    tiny_course: Course, tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    folder = write_tree(tmp_path / "class", files)
    assert find_class(sorted(folder.iterdir()), tiny_course) == find_class([folder], tiny_course)


READ = {
    "ben_2_12_sums.py": SOURCE,
    "ben_2_12_sums-1.py": SOURCE,
    "ben_LATE_2_12_sums.py": SOURCE,
    "ben_2_12_sums.py.txt": SOURCE,
    "sums (1).py": SOURCE,
    "Copy of sums.py": SOURCE,
    "ben.py": SOURCE,
    "lesson_exported.py": "# In[1]:\nget_ipython().system('ls')\n" + SOURCE,
    "lesson.ipynb.txt": notebook(DOUBLE),
    "Lesson.IPYNB.JSON": notebook(DOUBLE),
}


@pytest.mark.parametrize("name", READ)
def test_a_lone_file_is_read_whatever_it_was_renamed_to(tiny_course: Course, tmp_path: Path, name: str) -> None:
    write_tree(tmp_path / "class", {name: READ[name]})
    assert SUMS in read_submission(tmp_path / "class" / name, tiny_course).files


@pytest.mark.parametrize("suffix", [".rar", ".7z", ".tar.zst", ".gz"])
def test_an_archive_that_is_not_read_is_named(tiny_course: Course, tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"ada{suffix}").write_bytes(b"")
    assert f"is a {suffix}, which is not opened here: unpack it" in refusal(tmp_path / f"ada{suffix}", tiny_course)


def test_wrapped_names_are_read_in_a_learners_folder_too(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "ada", {"step00_sums/sums.py.txt": SOURCE})
    assert list(read_submission(folder, tiny_course).files) == [SUMS]


LONE = [
    ("ada_1_11_sums.py", "ada_1_12_helper.py", "ada_1_11"),
    ("ada_LATE_1_11_sums.py", "ada_1_12_helper.py", "ada_1_12"),
    ("Ada L_1_assignsubmission_file_sums.py", "Ada L_1_assignsubmission_file_h.py", "Ada_L_1_assignsubmission_file"),
    ("ada_1_11_sums.py", "ada_1_12_lesson.ipynb", "ada_1_11"),
]


@pytest.mark.parametrize(("one", "other", "name"), LONE)
def test_lone_files_of_one_learner_are_one_submission(
    tiny_course: Course, tmp_path: Path, one: str, other: str, name: str
) -> None:
    files = {one: SOURCE, other: "x = 1\n" if other.endswith(".py") else notebook(DOUBLE), "ben_2_13_s.zip": ZIP}
    assert named(write_tree(tmp_path / "class", files), tiny_course) == {name: True, "ben_2_13_s": True}


@pytest.mark.parametrize("name", ADDED)
def test_what_nobody_handed_in_is_left_out_and_said(tiny_course: Course, tmp_path: Path, name: str) -> None:
    folder = write_tree(tmp_path / "class", {"ada.zip": ZIP, "reports/grades.csv": "", name: ""})
    found = find_class([folder], tiny_course, folder / "reports")
    assert [one.name for one in found.found] == ["ada"] and folder / name.split("/")[0] in found.left_out


@pytest.mark.parametrize("name", JUNK)
def test_junk_is_no_learner(tiny_course: Course, tmp_path: Path, name: str) -> None:
    assert named(write_tree(tmp_path / "class", {"ada.zip": ZIP, name: "x"}), tiny_course) == {"ada": True}


STRAYS = {
    "unpacked beside zips": {"exercises/" + SUMS: SOURCE, "ada.zip": ZIP, "ben.zip": ZIP},
    "step beside zips": {SUMS: SOURCE, "ada.zip": ZIP, "ben.zip": ZIP},
    "module beside zips": {"sums.py": SOURCE, "ada.zip": ZIP, "ben.zip": ZIP},
    "beside folders": {"exercises/" + SUMS: SOURCE, f"ada/{SUMS}": SOURCE, f"ben/exercises/{SUMS}": SOURCE},
    "beside one of a platform's": {"exercises/" + SUMS: SOURCE, "ada_1_11_submission.zip": ZIP},
    "beside notebooks": {"sums.py": SOURCE, "ada.ipynb": notebook(DOUBLE), "ben.ipynb": notebook(DOUBLE)},
    "beside broken zips": {SUMS: SOURCE, "ada.zip": b"PK", "ben.rar": b"Rar!"},
}


@pytest.mark.parametrize("files", STRAYS.values(), ids=STRAYS)
def test_a_stray_never_makes_a_class_one_submission(
    tiny_course: Course, tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    found = find_class([write_tree(tmp_path / "class", files)], tiny_course).found
    assert len(found) == len(files)
    assert [one.paths[0].name for one in found if one.problem] == [min(files, key=lambda f: "ada" in f or "ben" in f)
                                                                  .split("/")[0]]  # fmt: skip


def test_a_class_in_a_folder_called_like_a_step_is_a_class(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "step00_sums", {"ada.zip": ZIP, "ben.zip": ZIP})
    assert named(folder, tiny_course) == {"ada": True, "ben": True}


ONE = {
    "what lmi submit made": {"submission.zip": ZIP},
    "several of these": {"submission.zip": ZIP, "submission (1).zip": ZIP, "submission-old.zip": ZIP},
    "an older copy": {f"old/exercises/{SUMS}": SOURCE, f"backup/{SUMS}": SOURCE},
    "notebooks": {"lesson.ipynb": notebook(DOUBLE), "lesson (1).ipynb": notebook(DOUBLE)},
    "the rest of the course": {"autograder/__init__.py": "", "tests/public/step00/test_sums.py": "", "README.md": ""},
    "data": {"data/pictures.zip": b"", "figures/a.png": b"", "weights.7z": b""},
}


@pytest.mark.parametrize("beside", ONE.values(), ids=ONE)
def test_a_learners_own_folder_is_one_submission(
    tiny_course: Course, tmp_path: Path, beside: dict[str, str | bytes]
) -> None:
    folder = write_tree(tmp_path / "ada", {f"exercises/{SUMS}": SOURCE, **beside})
    assert [one.paths for one in find_class([folder], tiny_course).found] == [(folder,)]


# ---------------------------------------------------------------- names

LONG = "Ada-" + "é" * 120


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ada Lovelace (1).zip", "Ada_Lovelace_1"),
        ("Zoe\u0308.zip", "Zoë"),
        ("ada.tar.gz", "ada"),
        ("lesson.ipynb.txt", "lesson"),
        ("--.zip", "submission"),
        ("[x]::$y%.zip", "x_y"),
    ],
)
def test_a_name_is_clean(name: str, called: str) -> None:
    assert submission_name(Path("/nowhere") / name) == called


@pytest.mark.parametrize("name", [f"{LONG}_4711_99_submission.zip", f"{LONG}_4711_assignsubmission_file_x.zip"])
def test_a_long_name_keeps_the_platforms_number(name: str) -> None:
    called = submission_name(Path("/nowhere") / name)
    assert "_4711_" in called and len(called.encode()) <= 200


# ---------------------------------------------------------------- what is ignored


@pytest.mark.parametrize("place", ["venv/lib", ".venv/x", ".git/objects", "node_modules/y", "a/__pycache__", "data"])
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_ignored_does_not_count_against_the_limits(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, packed: bool
) -> None:
    monkeypatch.setattr("autograder.submission.entries.MAX_ENTRIES", 10)
    monkeypatch.setattr("autograder.submission.entries.MAX_UNPACKED", 2000)
    files = {f"{place}/f{number}.bin": "x" * 200 for number in range(20)} | {f"exercises/{SUMS}": SOURCE}
    files["venv/pyvenv.cfg"] = ""
    if packed:
        (tmp_path / "ada.zip").write_bytes(zipped(files))
        assert list(read_submission(tmp_path / "ada.zip", tiny_course).files) == [SUMS]
    else:
        assert list(read_submission(write_tree(tmp_path / "ada", files), tiny_course).files) == [SUMS]
