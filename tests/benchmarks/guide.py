"""Figures of the guide for staff that benchmarks write: `grading_configs/CLUSTER.md`, between a name's two marks."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "grading_configs" / "CLUSTER.md"
PLOT = ROOT / "grading_configs" / "figures" / "soak.svg"


def put(name: str, lines: Iterable[str], guide: Path = GUIDE) -> None:
    """Replace what stands in the guide between `<!-- name -->` and `<!-- end of name -->`."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = guide.read_text(encoding="utf-8")
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if len(found.findall(text)) != 1:
        raise SystemExit(f"{guide} has not once {begin} … {end}")
    body = "\n".join(lines)
    guide.write_text(found.sub(lambda _: f"{begin}\n{body}\n{end}", text), encoding="utf-8")


def machine() -> str:
    """Where and when something was measured: processors, how many others used them, Python, the day."""
    load = f", with a load of {os.getloadavg()[2]:.0f} at the end" if hasattr(os, "getloadavg") else ""
    day = datetime.now(UTC).date().isoformat()
    return f"{os.cpu_count()} processors{load}, Python {platform.python_version()}, {day}"
