"""The course, what is handed in and what comes out may lie in folders of any name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.submission.handing_in import SUMS, write_tree, write_zip
from tests.engine.test_cli import SANDBOX, Lmi, lmi  # noqa: F401
from tests.engine.tiny_course import SOLUTION, write_tiny_course

PLACES = {  # each holds many a character that something on the way could take for its own
    "markup, variables and colons": "[red]x[/red] [/] [test] a::b $HOME ${PATH} ~ 100%25 %s",
    "a dash, quotes, globs and a hash": '-rf it\'s "so" `x` \\ & a*b?c{d,e}! #1 ?q=a&b;c',
    "blanks, lines and letters": "  two  blanks\nlines cafe\u0301 課程 🎓 ",
    "long": "x" * 200,
}
FEW = list(PLACES.values())[:3]


@pytest.fixture(params=PLACES.values(), ids=PLACES)
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A tiny course that is solved, in a folder of an awkward name."""
    return write_tiny_course(tmp_path / request.param, {f"exercises/{SUMS}": SOLUTION})


@pytest.mark.parametrize("command", ["check 00", "progress", "submit 00", "check --exercise 00.total"])
def test_learners_commands_work_in_it(lmi: Lmi, root: Path, command: str) -> None:  # noqa: F811
    said = lmi(root, *command.split())
    assert said.status == 0, said.out + said.err


def test_a_class_in_it_is_graded_reported_and_exported(lmi: Lmi, root: Path) -> None:  # noqa: F811
    handed = write_tree(root / "class", {f"{root.name}/{SUMS}": SOLUTION})
    write_zip(handed / "ada.zip", {SUMS: SOLUTION})
    out = root / "out" / root.name
    said = lmi(root, "grade", handed, "-o", out, *SANDBOX)
    assert said.status == 0, said.out + said.err
    assert f"The class: {out / 'index.html'}   grades:" in said.out
    assert (out / "grades.csv").read_text().count(",graded,") == 2
    assert lmi(root, "report", out, "-o", root / "back").status == 0
    assert lmi(root, "export", "csv", out, "-o", root / "points.csv").status == 0


@pytest.mark.parametrize("root", FEW, indirect=True)
def test_a_release_can_be_made_in_it(lmi: Lmi, root: Path, tmp_path: Path) -> None:  # noqa: F811
    course = write_tiny_course(tmp_path / "course" / root.name)
    out = tmp_path / "out" / root.name
    assert lmi(course, "release", "-o", out).status == 0 and (out / "exercises" / SUMS).is_file()


@pytest.mark.parametrize("root", FEW, indirect=True)
def test_a_sandbox_starts_in_it(root: Path) -> None:
    from autograder.sandbox import Sandbox
    from tests.engine.tools import BACKEND

    with Sandbox(BACKEND, root, root / "exercises" / "kit") as sandbox:
        assert sandbox.environment["python"]
