"""The live experiments in a real browser, served as `lmi live` serves them. Skipped where there is no Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.course import load_course
from autograder.study.experiments import steps_with_one
from autograder.study.serving import served
from tests.engine.tools import ROOT

CHROMIUM = os.environ.get("LMI_CHROMIUM") or shutil.which("chromium")
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the experiments are served, their data written anew into a folder of the tests' own."""
    course = load_course(ROOT)
    with served(course, tmp_path_factory.mktemp("live"), steps_with_one(course)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium: install Debian's, or name one by LMI_CHROMIUM")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens a page, ready to be used. What it complained of, or asked of other hosts, fails the test."""
    complaints: list[str] = []
    contexts = []

    def visit(path: str, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((address, "blob:", "data:")) else complaints.append(asked.url),
        )
        page.goto(f"{address}/live/{path}")
        if "step" in path:
            assert page.evaluate("window.experiment.ready") is True
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
