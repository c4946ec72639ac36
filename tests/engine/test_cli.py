"""`lmi`: every command's exit status, and one line on stderr for a mistake of its user."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.grading import worker
from tests.engine import tools
from tests.engine.tiny_course import SOLUTION, STEP_TOML, STUB, edited
from tests.engine.tools import BACKEND, SUMS, own_modules
from tests.engine.upkeep.test_figures import FILES as FIGURES
from tests.engine.upkeep.test_selfcheck import BANKS

SANDBOX = ["--sandbox", BACKEND]


@dataclass
class Said:
    status: int
    out: str
    err: str


Lmi = Callable[..., Said]


@pytest.fixture
def lmi(tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Lmi]:
    """Runs `lmi` in this process, in the folder that is named first."""
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    monkeypatch.setenv("LMI_SALT", "salt")

    def lmi(folder: Path, *arguments: object) -> Said:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["lmi", *map(str, arguments)])
        capsys.readouterr()
        with own_modules(), pytest.raises(SystemExit) as left:
            cli.main()
        shown = capsys.readouterr()
        return Said(int(left.value.code or 0), shown.out, shown.err)

    with own_modules():
        yield lmi


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """A folder beside the course with one zip in it."""
    (tmp_path / "class").mkdir()
    with zipfile.ZipFile(tmp_path / "class" / "ada.zip", "w") as archive:
        archive.writestr(SUMS, tools.ONLY_DOUBLE)
    return tmp_path / "class"


def assert_one_line(said: Said, words: str) -> None:
    assert said.status == 2, said
    assert words in said.err and said.err.count("\n") == 1, said.err


# ---------------------------------------------------------------- help

COMMANDS = sorted(info.callback.__name__ for info in cli.app.registered_commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_the_exit_statuses(command: str) -> None:
    shown = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert shown.exit_code == 0 and "Exit status: 0" in shown.output


def test_help_lists_every_command() -> None:
    shown = CliRunner().invoke(cli.app, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    assert [command for command in COMMANDS if not re.search(rf"\b{command}\b", shown)] == []


def test_help_comes_without_importing_torch() -> None:
    code = "import sys; from autograder.cli import app; app(['--help'], standalone_mode=False); "
    code += "assert 'torch' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- site


def test_site_inside_the_course_is_2(lmi: Lmi, tiny_root: Path) -> None:
    assert_one_line(lmi(tiny_root, "site", "-o", tiny_root / "tests" / "out"), "is inside the course's own tests/")


@pytest.mark.parametrize("option", ["--staff", "--execute"])
def test_site_of_a_release_has_nothing_of_the_staffs(lmi: Lmi, tiny_root: Path, tmp_path: Path, option: str) -> None:
    assert lmi(tiny_root, "release", "-o", tmp_path / "given").status == 0
    said = lmi(tmp_path / "given", "site", "-o", tmp_path / "site", option)
    assert_one_line(said, "it has no solutions and no guide for staff")


# ---------------------------------------------------------------- live


def test_live_is_2_where_there_is_no_experiment(lmi: Lmi, tiny_root: Path) -> None:
    assert_one_line(lmi(tiny_root, "live"), "has no live experiments")
    assert_one_line(lmi(tiny_root, "live", "00"), "step 00 has no live experiment")


# ---------------------------------------------------------------- grade


def test_grade_is_0_whatever_the_scores(lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path) -> None:
    said = lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX)
    assert said.status == 0, said
    assert json.loads((tmp_path / "out" / "ada" / "report.json").read_text())["score"] == 4


def test_grade_into_a_used_folder_says_how_many_are_in_the_class(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path
) -> None:
    (handed_in / "ben.zip").write_text("no zip")
    first = lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX)
    (tmp_path / "late.zip").write_bytes((handed_in / "ada.zip").read_bytes())
    second = lmi(tiny_root, "grade", tmp_path / "late.zip", "-o", tmp_path / "out", *SANDBOX)
    assert "in all" not in first.out and "1 graded now; 2 in all, and 1 not:" in second.out
    assert second.status == 0


def test_grade_is_1_when_one_cannot_be_graded(lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path) -> None:
    (handed_in / "ben.zip").write_text("no zip")
    said = lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX)
    assert said.status == 1 and "not graded" in said.out


def test_whoever_cannot_be_read_is_listed_everywhere(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path
) -> None:
    (handed_in / "ben_2_12_work.rar").write_bytes(b"Rar!")
    out = tmp_path / "[red]out"
    said = lmi(tiny_root, "grade", handed_in, "-o", out, *SANDBOX)
    assert said.status == 1 and f"The class: {out / 'index.html'}" in said.out
    assert all(
        "is a .rar" in text for text in (said.out, *((out / f).read_text() for f in ("grades.csv", "index.html")))
    )


def test_grade_takes_a_seed(lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path) -> None:
    lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", "--seed", 5, *SANDBOX)
    assert json.loads((tmp_path / "out" / "ada" / "report.json").read_text())["seed"] == 5


def test_paths_are_meant_from_where_one_is(lmi: Lmi, tiny_root: Path, handed_in: Path) -> None:
    here = tiny_root / "exercises"
    (here / "ada.zip").write_bytes((handed_in / "ada.zip").read_bytes())
    assert lmi(here, "grade", "ada.zip", "-o", "out", *SANDBOX).status == 0
    assert (here / "out" / "ada" / "report.html").exists() and not (tiny_root / "out").exists()


def test_no_isolation_is_said_out_loud(lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path) -> None:
    assert "Not isolated:" in lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "o", "--sandbox", "process").out


CANNOT = {
    "unknown step": (["--steps", "07"], "the steps are 00"),
    "an empty step": (["--steps", "00,"], "the steps are 00"),
    "unknown sandbox": (["--sandbox", "docker"], "choose bwrap, user or process"),
    "no such cluster": (["--dask", "nowhere"], "there is no Dask cluster at nowhere"),
}


@pytest.mark.parametrize(("options", "said"), CANNOT.values(), ids=CANNOT)
def test_grade_is_2_for_an_option_that_cannot_be(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    assert_one_line(lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX, *options), said)


def test_grade_is_2_for_a_missing_file(lmi: Lmi, tiny_root: Path, tmp_path: Path) -> None:
    assert_one_line(lmi(tiny_root, "grade", "gone.zip", "-o", tmp_path / "out", *SANDBOX), "gone.zip does not exist")


def test_grade_is_2_for_a_folder_without_submissions(lmi: Lmi, tiny_root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = lmi(tiny_root, "grade", tmp_path / "empty", "-o", tmp_path / "out", *SANDBOX)
    assert_one_line(said, "holds no submission")


def test_grade_is_2_for_a_file_in_the_place_of_its_folder(lmi: Lmi, tiny_root: Path, handed_in: Path) -> None:
    assert_one_line(lmi(tiny_root, "grade", handed_in, "-o", handed_in / "ada.zip", *SANDBOX), "ada.zip")


@pytest.mark.parametrize("name", ["grades.csv", "gradebook.sqlite"])
def test_grade_is_2_when_the_classs_files_cannot_be_written(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "out" / name).mkdir(parents=True)
    said = lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX)
    assert said.status == 2 and name in said.err and "Traceback" not in said.err


def test_grade_is_2_outside_of_a_course(lmi: Lmi, handed_in: Path) -> None:
    assert_one_line(lmi(handed_in, "grade", "ada.zip", "-o", "out"), "run this inside a course")


def test_grade_is_2_without_bubblewrap_and_says_what_else_there_is(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.sandbox.backends.bwrap_problem", lambda: "bubblewrap is not installed.")
    assert_one_line(lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out"), "--sandbox process")


@pytest.mark.parametrize("threads", ["two", "-1", "1.5"])
def test_grade_is_2_for_a_setting_that_is_no_number(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: str
) -> None:
    monkeypatch.setenv("LMI_THREADS", threads)
    said = lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX)
    assert_one_line(said, f"LMI_THREADS is '{threads}'")


def test_grade_is_2_without_a_salt(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LMI_SALT")
    (tiny_root / ".lmi").write_text("a file where a folder should be")
    assert_one_line(lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX), "set LMI_SALT")


def test_grade_is_2_for_a_course_with_a_mistake(lmi: Lmi, write_course: Any, handed_in: Path, tmp_path: Path) -> None:
    root = write_course({"tests/hidden/step00/test_sums.py": None})
    said = lmi(root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX)
    assert said.status == 2 and "has no hidden test" in said.err


def test_an_interruption_is_130_and_says_what_is_kept(
    lmi: Lmi, tiny_root: Path, handed_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.grading.one.grade", interrupt)
    said = lmi(tiny_root, "grade", handed_in, "-o", tmp_path / "out", *SANDBOX)
    assert said.status == 130 and "What was graded before is kept in" in said.err


# ---------------------------------------------------------------- the other commands


def test_demo_is_2_without_a_sample_class(lmi: Lmi, tiny_root: Path, tmp_path: Path) -> None:
    assert_one_line(lmi(tiny_root, "demo", "-o", tmp_path / "out", *SANDBOX), "sample_class.toml")


def test_release_is_0_and_holds_no_reference(lmi: Lmi, tiny_root: Path, tmp_path: Path) -> None:
    assert lmi(tiny_root, "release", "-o", tmp_path / "copy").status == 0
    assert (tmp_path / "copy" / SUMS).exists() and not (tmp_path / "copy" / "reference").exists()


def test_release_is_2_onto_something_else(lmi: Lmi, tiny_root: Path, handed_in: Path) -> None:
    assert lmi(tiny_root, "release", "-o", handed_in).status == 2


def test_selfcheck_is_0_for_a_sound_course(lmi: Lmi, write_course: Any) -> None:
    said = lmi(write_course(BANKS), "selfcheck", *SANDBOX)
    assert said.status == 0 and "The course is sound: 26 checks, 0 failed" in said.out


def test_selfcheck_is_1_for_another(lmi: Lmi, write_course: Any) -> None:
    said = lmi(write_course(BANKS | {SUMS: STUB.replace("Twice x.", "Twice y.")}), "selfcheck", *SANDBOX)
    assert said.status == 1 and "not sound" in said.out
    again = said.out.partition("What failed:\n")[2]  # for those who see only the end of a long list
    assert again.startswith("✗ ") and "stub out of step" in again and "1 failed" in again


def test_selfcheck_says_which_share_it_was(lmi: Lmi, write_course: Any) -> None:
    said = lmi(write_course(BANKS), "selfcheck", "--share", "1/2", *SANDBOX)
    assert said.status == 0 and "(share 1/2 of the banks and the recorded numbers)" in said.out


def test_selfcheck_is_2_for_a_share_that_is_none(lmi: Lmi, tiny_root: Path) -> None:
    assert_one_line(lmi(tiny_root, "selfcheck", "--share", "7/6", *SANDBOX), "from 1/6 to 6/6")


def test_selfcheck_is_2_for_an_unknown_step(lmi: Lmi, tiny_root: Path) -> None:
    assert_one_line(lmi(tiny_root, "selfcheck", "07", *SANDBOX), "the steps are 00")


@pytest.mark.parametrize(("recorded", "status"), [("1.618034", 0), ("1.7", 1)])
def test_checkpoints_say_whether_they_reproduce(lmi: Lmi, write_course: Any, recorded: str, status: int) -> None:
    file = "reference/checkpoints/step00.json"
    root = write_course(BANKS | {file: BANKS[file].replace("1.618034", recorded)})
    assert lmi(root, "checkpoints").status == status


def test_checkpoints_can_be_recorded(lmi: Lmi, write_course: Any) -> None:
    file = "reference/checkpoints/step00.json"
    root = write_course(BANKS | {file: BANKS[file].replace("1.618034", "1.7")})
    assert [lmi(root, "checkpoints", "--write").status, lmi(root, "checkpoints").status] == [0, 0]


def test_a_course_without_figures_says_so(lmi: Lmi, tiny_root: Path) -> None:
    said = lmi(tiny_root, "figures")
    assert said.status == 0 and "no figures to draw" in said.out


def test_figures_are_drawn_once_and_checked(lmi: Lmi, write_course: Any) -> None:
    root = write_course(FIGURES)
    before, drawn, after = (lmi(root, "figures", *option) for option in (["--check"], ["00"], ["--check"]))
    assert (before.status, drawn.status, after.status) == (1, 0, 0)
    assert "doubled.webp is missing" in before.out and "up to date, and shown" in after.out


def test_checkpoints_are_2_for_an_unknown_step(lmi: Lmi, tiny_root: Path) -> None:
    assert_one_line(lmi(tiny_root, "checkpoints", "07"), "the steps are 00")


def test_stubs_out_of_step_are_1_until_they_are_made_again(lmi: Lmi, write_course: Any) -> None:
    root = write_course({SUMS: "x = 1\n"})
    assert [lmi(root, "stubs", *check).status for check in (["--check"], [], ["--check"])] == [1, 0, 0]
    assert (root / SUMS).read_text() == STUB.lstrip("\n")


@pytest.mark.parametrize(("text", "status"), [(SOLUTION, 0), (STUB, 1)])
def test_check_says_whether_all_pass(lmi: Lmi, write_course: Any, text: str, status: int) -> None:
    assert lmi(write_course({SUMS: text}), "check").status == status


def test_check_is_2_for_an_unknown_step(lmi: Lmi, tiny_root: Path) -> None:
    assert_one_line(lmi(tiny_root, "check", "07"), "the steps are 00")


@pytest.mark.parametrize("command", ["hint", "reset"])
def test_an_unknown_exercise_is_2(lmi: Lmi, tiny_root: Path, command: str) -> None:
    assert lmi(tiny_root, command, "doubel").status == 2


def test_submit_packs_what_was_written(lmi: Lmi, write_course: Any, tmp_path: Path) -> None:
    said = lmi(write_course({SUMS: SOLUTION}), "submit", "-o", tmp_path / "mine.zip")
    assert said.status == 0 and (tmp_path / "mine.zip").exists()


def test_submit_is_2_where_it_cannot_write(lmi: Lmi, tiny_root: Path, tmp_path: Path) -> None:
    assert_one_line(lmi(tiny_root, "submit", "-o", tmp_path / "gone" / "mine.zip"), "there is no folder")


STAFF_ONLY = {
    "grade": ["grade", "ada.zip", "-o", "out"],
    "demo": ["demo"],
    "selfcheck": ["selfcheck"],
    "checkpoints": ["checkpoints"],
    "stubs": ["stubs"],
    "figures": ["figures"],
    "export gradescope": ["export", "gradescope", "-o", "x.zip"],
    "export otter": ["export", "otter", "-o", "x"],
}


@pytest.mark.parametrize("command", STAFF_ONLY.values(), ids=STAFF_ONLY)
def test_what_needs_hidden_tests_is_2_in_a_learners_copy(
    lmi: Lmi, tiny_root: Path, tmp_path: Path, command: list[str]
) -> None:
    lmi(tiny_root, "release", "-o", tmp_path / "copy")
    assert_one_line(lmi(tmp_path / "copy", *command), "run this in the staff's checkout")


@pytest.mark.parametrize("command", ["check", "progress", "selfcheck", "checkpoints", "stubs", "figures", "submit"])
def test_every_command_is_2_outside_of_a_course(lmi: Lmi, tmp_path: Path, command: str) -> None:
    assert_one_line(lmi(tmp_path, command), "run this inside a course")


def test_a_manifest_with_mistakes_is_2_and_tells_all(lmi: Lmi, write_course: Any) -> None:
    broken = edited(STEP_TOML, ("points = 4", "pionts = 4"), ("difficulty = 2", "difficulty = 9"))
    said = lmi(write_course({"grading_configs/step00.toml": broken}), "progress")
    assert said.status == 2 and "pionts" in said.err and "difficulty" in said.err
