"""The packages that a course is tested with, as its constraints.txt pins them."""

from __future__ import annotations

import re

from autograder.course import Course


def constraints(course: Course) -> dict[str, str]:
    """Name of a package → its line in the course's constraints.txt; none where there is no such file."""
    file = course.root / "constraints.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {package_name(line): line for line in lines if "==" in line}


def package_name(requirement: str) -> str:
    """The name of a requirement's distribution, as pip compares names."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()
