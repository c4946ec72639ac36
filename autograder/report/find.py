"""The report.json files that a command is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.report.schema import ReportError
from autograder.report.write import RECORD


def find_reports(paths: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Each report.json that is named or lies below a folder that is, and its folder as seen from what was named.

    Raises ReportError where there is none.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_dir():
            below = {file: file.parent.relative_to(path) for file in sorted(path.rglob(RECORD))}
            if not below:
                raise ReportError(f"{path}: no report.json is in it. `lmi grade SUBMISSION -o {path}` writes one.")
            found |= below
        elif path.exists():
            found[path] = Path(path.parent.name)
        else:
            raise ReportError(f"{path}: no such file or folder. `lmi grade SUBMISSION -o DIR` writes reports to DIR.")
    return list(found.items())
