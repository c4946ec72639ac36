"""The runs that step 03 ships: a two-layer model that learned induction, its one-layer control, snapshots of both.

`load_runs()` reads them; their manifest says how they were made. Weights have the names and shapes that
transformer.py of step 03 lists.
"""

from pathlib import Path
from typing import Any, NamedTuple

from jaxtyping import Float64, Int64
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from exercises.kit import shipped
from exercises.kit.shipped import ShippedModelError

FOLDER = shipped.MODELS / "step03"
Weights = dict[str, Tensor]


class ShippedRun(NamedTuple):
    """One training run. `weights` is the final model; `snapshots` are models on the way, by step, the final last."""

    weights: Weights
    snapshots: dict[int, Weights]
    curves: dict[str, Float64[Tensor, "record"]]  # step, first_half, second_half: losses on `test`


class ShippedRuns(NamedTuple):
    """Both runs, and the repeated tokens that they were tested on: int64 [batch, 1 + 2 · half], BOS first."""

    vocab: int
    half: int
    test: Int64[Tensor, "batch position"]
    two_layers: ShippedRun
    one_layer: ShippedRun


def load_runs(folder: Path = FOLDER) -> ShippedRuns:
    """The shipped runs, all weights as float32. Raises ShippedModelError when a file is missing or damaged."""
    manifest = read_manifest(folder)
    content = shipped.read_weights(folder, manifest)
    try:
        tensors = load(content)
        runs = [_run(tensors, name) for name in ("two_layers", "one_layer")]
        return ShippedRuns(manifest["vocab"], manifest["half"], tensors["test"].long(), *runs)
    except (KeyError, ValueError, SafetensorError) as problem:
        raise ShippedModelError(f"{folder} cannot be read as training runs: {problem!r}") from None


def read_manifest(folder: Path = FOLDER) -> dict[str, Any]:
    """How the runs were made and what came out: settings, seeds, versions, losses, scores, the file's hash."""
    return shipped.read_manifest(folder, ("vocab", "half"))


def _run(tensors: dict[str, Tensor], run: str) -> ShippedRun:
    """The tensors named "run/step/weight" and "run/curves/name"; half precision becomes float32."""
    snapshots: dict[int, Weights] = {}
    curves: dict[str, Tensor] = {}
    for full_name in sorted(tensors):
        if not full_name.startswith(f"{run}/"):
            continue
        _, group, name = full_name.split("/")
        if group == "curves":
            curves[name] = tensors[full_name].double()
        else:
            snapshots.setdefault(int(group), {})[name] = tensors[full_name].float()
    return ShippedRun(snapshots[max(snapshots)], snapshots, curves)
