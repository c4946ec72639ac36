"""What this machine has: packages, processors, memory, and a torch that works."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from autograder.study.interpreter import command, environment

DISTRIBUTION = "learn-mech-interp"
PROBE_SECONDS = 180


class Package(NamedTuple):
    """A package that is needed; `version` is None when it is not installed."""

    name: str
    wanted: str
    requirement: str
    version: str | None
    fits: bool


class Packages(NamedTuple):
    python: str
    python_fits: bool
    needed: list[Package]
    staff: list[Package]


class Probe(NamedTuple):
    """What a fresh interpreter found: torch's threads or the problem with it, and what the course's kit says: for each
    thing that it looked at a state (ok, note or bad), its name, what was found, and advice."""

    threads: int | None = None
    kit: Sequence[tuple[str, str, str, str]] = ()
    problem: str | None = None


def packages(root: Path | None) -> Packages:
    """What the course needs, from its pyproject.toml or as it was installed, against what is here."""
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    python, needed, staff = _requirements(root)
    parsed = [Requirement(one) for one in needed]
    return Packages(
        python,
        SpecifierSet(python).contains(platform.python_version(), prereleases=True),
        [_package(one) for one in parsed if one.marker is None or one.marker.evaluate({"extra": ""})],
        [_package(Requirement(one)) for one in staff],
    )


def _requirements(root: Path | None) -> tuple[str, list[str], list[str]]:
    import tomllib

    try:
        project = tomllib.loads(((root or Path()) / "pyproject.toml").read_text("utf-8"))["project"]
        extras = project.get("optional-dependencies", {})
        return project["requires-python"], project["dependencies"], extras.get("staff", [])
    except (OSError, ValueError, KeyError):
        pass
    try:
        installed = metadata.metadata(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return ">=3.11", [], []
    return installed["Requires-Python"], metadata.requires(DISTRIBUTION) or [], []


def _package(requirement: object) -> Package:
    from packaging.requirements import Requirement

    assert isinstance(requirement, Requirement)
    wanted = str(requirement.specifier)
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Package(requirement.name, wanted, str(requirement), None, False)
    fits = requirement.specifier.contains(version, prereleases=True)
    return Package(requirement.name, wanted, str(requirement), version, fits)


def usable_processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory() -> int | None:
    """Bytes that can still be used, also where a container allows less than the machine has; None when unknown."""
    known = [amount for amount in (_available(), _left_in_container()) if amount is not None]
    return min(known, default=None)


def _available() -> int | None:
    try:
        import psutil
    except ImportError:
        pass
    else:
        return int(psutil.virtual_memory().available)
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None


def _left_in_container() -> int | None:
    folder = Path("/sys/fs/cgroup")
    try:
        limit = (folder / "memory.max").read_text("ascii").strip()
        return int(limit) - int((folder / "memory.current").read_text("ascii"))
    except (OSError, ValueError):  # no such file, or no limit ("max")
        return None


def probe(root: Path | None) -> Probe:
    """Import torch, and ask the course's kit, in an interpreter of their own, which may crash without harm."""
    try:
        done = subprocess.run(
            command("autograder.study.probe"), cwd=root, env=environment(), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PROBE_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return Probe(problem=f"{type(error).__name__}: {error}")
    try:
        return Probe(**json.loads(done.stdout.splitlines()[-1]))
    except (IndexError, ValueError, TypeError):
        said = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        return Probe(problem=f"A fresh Python could not import it: {said[0]}")
