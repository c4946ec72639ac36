"""The fixtures of a test's author: learner, reference, draw and checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from autograder.testing.collection import COURSE_RUN, TIE

if TYPE_CHECKING:
    from autograder.testing.plugin import CourseRun


def _run(request: pytest.FixtureRequest) -> CourseRun:
    if TIE not in request.node.stash:
        raise pytest.UsageError(f"{request.node.nodeid} uses a course fixture but is tied to no exercise")
    return cast("CourseRun", request.config.pluginmanager.get_plugin(COURSE_RUN))


@pytest.fixture(autouse=True)
def _seeds(request: pytest.FixtureRequest) -> None:
    """torch, numpy and random start every test of the course from the same place."""
    if TIE in request.node.stash:
        from autograder.learner import set_seeds

        set_seeds(_run(request).seed(request.node))


@pytest.fixture
def learner(request: pytest.FixtureRequest) -> Any:
    """The learner's functions: `learner.<module>.<function>(...)`."""
    return _run(request).learner(request.node)


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> Any:
    """The solved functions, in process."""
    return _run(request).reference(request.node)


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> Any:
    """Seeded random inputs."""
    from autograder.testing.draw import Draw

    return Draw(_run(request).seed(request.node))


@pytest.fixture
def checkpoints(request: pytest.FixtureRequest) -> Any:
    """The recorded numbers of the test's step."""
    from autograder.testing.checkpoints import load_checkpoints

    run = _run(request)
    return load_checkpoints(run.course.root, request.node.stash[TIE].step.id)
