"""The manifest beside a trained model: what pins its weights, and how it was made. Every training script ends here."""

import hashlib
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import torch


def write_manifest(weights: Path, said: Mapping[str, object]) -> None:
    """Writes manifest.json beside the file `weights`: its name, SHA-256 and size, then all that is `said`, in order."""
    content = weights.read_bytes()
    pinned = {"file": weights.name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (weights.parent / "manifest.json").write_text(json.dumps({**pinned, **said}, indent=2) + "\n")


def versions(*packages: ModuleType) -> dict[str, str]:
    """What a training ran on: the versions of Python, torch and the `packages`, and the kind of machine."""
    named = {package.__name__: str(package.__version__) for package in (torch, *packages)}
    return {"python": platform.python_version(), **named, "machine": platform.machine()}
