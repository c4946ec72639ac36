"""The sample class gets the same points on every path: `lmi grade`, Classroom, Gradescope, Otter-Grader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.course import load_course
from autograder.upkeep.samples import read_samples, write_samples
from tests.engine.export.otter_tools import ROOT
from tests.engine.export.paths import SALT, Paths, differences
from tests.engine.tools import own_modules

COURSE = load_course(ROOT)
STEPS = "00"  # `python -m tests.engine.export.paths` does them all

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paths]:
    place = tmp_path_factory.mktemp("paths")
    with pytest.MonkeyPatch.context() as patch, own_modules():
        patch.setenv("LMI_SALT", SALT)
        write_samples(COURSE, place / "class")
        yield Paths(COURSE, COURSE.steps_named(STEPS), place)


@pytest.mark.parametrize("sample", read_samples(COURSE), ids=lambda sample: sample.name)
def test_a_sample_gets_the_same_points_on_every_path(paths: Paths, sample: object) -> None:
    name = f"{sample.name}.zip" if sample.as_zip else sample.name  # type: ignore[attr-defined]
    found = paths.all(paths.place / "class" / name)
    assert set(found) == {"lmi grade", "classroom", "gradescope", "otter"}
    assert {path: ids for path, ids in differences(found).items() if ids} == {}
