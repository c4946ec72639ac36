"""Other platforms: Gradescope, GitHub Classroom, Otter-Grader, Canvas, Moodle. One module a platform.

In come a course, or reports that were graded; out go bundles and files in the platform's own format. All of them give
the points of `lmi grade`. Nothing here grades or scores by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.export.commands import export_app

__all__ = ["export_app"]

_HOME = {  # imported on first use: what runs on a platform needs no command line
    "export_app": "commands",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
