"""Every live experiment for everybody: axe finds nothing, it fits a phone, it moves only where that is wanted."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.course import load_course
from autograder.study.experiments import steps_with_one
from tests.engine.tools import ROOT

PAGES = [f"step{step}/index.html" for step in steps_with_one(load_course(ROOT))]
PHONE = {"width": 380, "height": 800}
PACE = """() => {
  let asked = 0;
  const usual = window.setInterval;
  window.setInterval = (what, pause) => usual(what, asked = pause);
  document.getElementById('play').click();
  document.getElementById('play').click();
  window.setInterval = usual;
  return asked;
}"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", *PAGES])
def test_axe_finds_nothing(visit: Any, path: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = visit(path, color_scheme=scheme)
    page.wait_for_timeout(500)
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["index.html", *PAGES])
def test_a_page_fits_a_phone(visit: Any, path: str) -> None:
    page = visit(path, viewport=PHONE, has_touch=True)
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_nothing_slides_where_motion_is_unwanted(visit: Any, path: str) -> None:
    moving = """() => Array.from(document.querySelectorAll('*')).filter((one) => {
        const { transitionProperty, transitionDuration, animationName } = getComputedStyle(one);
        return animationName !== 'none' || (transitionProperty !== 'none' && transitionDuration !== '0s');
    }).length"""
    assert visit(path, reduced_motion="reduce").evaluate(moving) == 0


@pytest.mark.slow
@pytest.mark.parametrize("path", ["step02/index.html", "step03/index.html"])
def test_a_run_is_played_slowly_where_motion_is_unwanted(visit: Any, path: str) -> None:
    """The milliseconds between two snapshots, as the page asks the browser for them."""
    assert visit(path, reduced_motion="reduce").evaluate(PACE) > 1000 > visit(path).evaluate(PACE) > 0


HELD = """async () => {
  const [play, time] = ['play', 'time'].map((id) => document.getElementById(id));
  const usual = window.setInterval;
  window.setInterval = (what) => usual(what, 5);
  play.click();
  time.value = 3;
  time.dispatchEvent(new Event('input'));
  await new Promise((later) => setTimeout(later, 200));
  const held = [play.textContent, Number(time.value)];
  play.click();
  await new Promise((later) => setTimeout(later, 2000));
  return [...held, play.textContent, time.value === time.max];
}"""


@pytest.mark.slow
@pytest.mark.parametrize("path", ["step02/index.html", "step03/index.html"])
def test_whoever_takes_the_slider_stops_what_is_played_and_it_ends_at_the_last(visit: Any, path: str) -> None:
    assert visit(path).evaluate(HELD) == ["Play", 3, "Play", True]


FILLED = """async () => {
  const seen = new Set();
  document.getElementById('fill-places').click();
  while (experiment.now().patched[0] < 60 || !seen.has(60)) {
    seen.add(document.querySelectorAll('#places button:not(:empty)').length);
    await new Promise(requestAnimationFrame);
  }
  return seen.size;
}"""


@pytest.mark.slow
def test_a_map_fills_at_once_where_motion_is_unwanted(visit: Any) -> None:
    assert visit("step04/index.html", reduced_motion="reduce").evaluate(FILLED) == 2  # empty, full
    assert visit("step04/index.html").evaluate(FILLED) > 2
