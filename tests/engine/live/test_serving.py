"""`lmi live` serves the pages, their data and the lessons they link to, to this machine alone."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from autograder.course import Course, load_course
from autograder.study.experiments import LiveError, steps_with_one
from autograder.study.serving import served
from exercises.kit.in_notebook import show_live
from tests.engine.tools import ROOT

COURSE = load_course(ROOT)
LIVE = ROOT / "exercises" / "live"
MOST_BYTES = 3_000_000


def get(address: str, path: str, host: str | None = None) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(address).netloc)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A server of the tiny kind: pages without data."""
    import threading

    server = served(COURSE, tmp_path, [])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/live/index.html", "/live/step00/index.html", "/step00_mnist_templates/README.md"])
def test_pages_and_lessons_are_served(address: str, path: str) -> None:
    status, content = get(address, path)
    assert status == 200 and b"<html" in content


@pytest.mark.parametrize(
    "path", ["/live/../../pyproject.toml", "/pyproject.toml", "/kit/live.py", "/live/%2e%2e/kit/live.py"]
)
def test_nothing_else_is(address: str, path: str) -> None:
    assert get(address, path)[0] == 404


def test_a_name_that_another_site_gave_this_machine_is_refused(address: str) -> None:
    assert get(address, "/live/index.html", "evil.example:80")[0] == 403


def test_a_course_without_experiments_says_so(tiny_course: Course) -> None:
    with pytest.raises(LiveError, match="has no live experiments"):
        steps_with_one(tiny_course)


def test_a_step_without_an_experiment_says_so(tiny_course: Course, tmp_path: Path) -> None:
    with pytest.raises(LiveError, match="step 00 has no live experiment"):
        served(tiny_course, tmp_path, ["00"])


def test_data_that_cannot_be_had_is_said(write_course: Callable[..., Path], tmp_path: Path) -> None:
    course = load_course(write_course({"exercises/live/step00/data.py": "raise OSError('no model')"}))
    with pytest.raises(LiveError, match="no model"):
        served(course, tmp_path, ["00"])


@pytest.mark.parametrize("step", steps_with_one(COURSE))
def test_each_experiment_says_what_to_try_and_which_exercise_it_illuminates(step: str) -> None:
    said = tomllib.loads((LIVE / f"step{step}" / "live.toml").read_text(encoding="utf-8"))
    assert said["title"] and said["sentence"] and len(said["try"]) >= 3
    assert COURSE.exercise(said["exercise"]).id.startswith(step)


@pytest.mark.parametrize("step", steps_with_one(COURSE))
def test_a_page_asks_no_other_host_for_anything(step: str) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (LIVE / f"step{step}").iterdir() if file.suffix != ".py"]
    assert not [text for text in texts if "https://" in text or 'src="http' in text]


@pytest.mark.slow
def test_data_is_small_and_the_same_each_time(tmp_path: Path) -> None:
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        served(COURSE, folder, steps_with_one(COURSE)).server_close()
        written.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert written[0] == written[1]
    for step in steps_with_one(COURSE):
        assert sum(len(content) for path, content in written[0].items() if path.parts[0] == f"step{step}") <= MOST_BYTES


def test_a_notebook_shows_an_experiment_where_it_is_served(address: str) -> None:
    shown = show_live("03", port=urlsplit(address).port or 0)
    assert shown.src == f"{address}/live/step03/index.html"


def test_a_notebook_says_how_to_get_one_where_it_is_not(address: str) -> None:
    port = urlsplit(address).port or 0
    assert "`lmi live`" in show_live("77", port=port).data  # served, but no such page
    assert "`lmi live`" in show_live("03", port=1).data
