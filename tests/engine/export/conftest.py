"""What the tests of the exports of grades share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.export.grade_tools import Course
from tests.engine.tools import own_modules


@pytest.fixture
def course(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    with own_modules():
        yield Course(tmp_path, capsys, monkeypatch)
