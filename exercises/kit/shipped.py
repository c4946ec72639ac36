"""The trained models that come with the course: a folder with files, and a manifest that says what they are.

A manifest is JSON. `file` and `sha256` name the weights and pin them; the rest says how they were made.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

MODELS = Path(__file__).parent / "models"
GET_IT_AGAIN = "It comes with the course; get it again from the course's repository."


class ShippedModelError(Exception):
    """A shipped model is not there, or is not what its manifest says."""


def read_manifest(folder: Path, required: Iterable[str] = ()) -> dict[str, Any]:
    """What the folder's manifest.json says: at least `file`, `sha256` and what is `required`."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(read(path))
    except ValueError as problem:
        raise ShippedModelError(f"{path} is not valid JSON: {problem}.\n  {GET_IT_AGAIN}") from None
    needed = {"file", "sha256", *required}
    if not isinstance(manifest, dict) or not needed <= manifest.keys():
        raise ShippedModelError(f"{path} must say {', '.join(sorted(needed))}.\n  {GET_IT_AGAIN}")
    return manifest


def read_weights(folder: Path, manifest: dict[str, Any]) -> bytes:
    """The content of the file that the manifest names, which must have the SHA-256 that it says."""
    path = folder / manifest["file"]
    content = read(path)
    if (found := hashlib.sha256(content).hexdigest()) != manifest["sha256"]:
        raise ShippedModelError(
            f"{path} is not the file that its manifest describes.\n  expected SHA-256 {manifest['sha256']}\n"
            f"  found    SHA-256 {found}\n  {GET_IT_AGAIN}"
        )
    return content


def read(path: Path) -> bytes:
    """The file's content; ShippedModelError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise ShippedModelError(f"{path} cannot be read ({problem.strerror}).\n  {GET_IT_AGAIN}") from None
