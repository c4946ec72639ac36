"""The mark that ties a test to an exercise."""

from __future__ import annotations

import pytest


def exercise(exercise_id: str, part: str | None = None) -> pytest.MarkDecorator:
    """Tie a test, or a file by `pytestmark`, to an exercise ("00.logits") and, where it has parts, to one of them."""
    return pytest.mark.exercise(exercise_id, part=part)
