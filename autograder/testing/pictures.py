"""The pictures that go with an exercise: drawn by the course, on the host, from what a learner's functions return."""

from __future__ import annotations

import base64
import importlib
import io
from typing import TYPE_CHECKING

from autograder.course import Course, Step
from autograder.learner import InProcess, Learner, Transport

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_picture(course: Course, step: Step, name: str, transport: Transport) -> str:
    """`reference/pictures/stepNN.py`'s function `name`, as a PNG in a data URI. Raises whatever drawing raises."""
    drawings = importlib.import_module(f"reference.pictures.step{step.id}")
    figure: Figure = getattr(drawings, name)(
        Learner(transport, step.folder), Learner(InProcess("reference"), step.folder)
    )
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
