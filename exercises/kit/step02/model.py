"""The run that step 02 ships: a one-layer transformer that grokked addition modulo 113, with snapshots on the way.

`load_run()` reads it; its manifest says how it was made. Weights have the names and shapes that
transformer.py of step 02 lists.
"""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Float64, Int64
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from exercises.kit import shipped
from exercises.kit.shipped import ShippedModelError

FOLDER = shipped.MODELS / "step02"
Weights = dict[str, Tensor]


class ShippedRun(NamedTuple):
    """A whole training run. `weights` is the final model; `snapshots` are models on the way, by epoch, the final last.

    `curves` were recorded during training, `measures` afterwards on saved models; both by name, each [record].
    """

    p: int
    train: Int64[Tensor, "train"]  # rows of modular_addition_data that were trained on
    test: Int64[Tensor, "test"]
    weights: Weights
    snapshots: dict[int, Weights]
    curves: dict[str, Float64[Tensor, "record"]]  # epoch, train_loss, test_loss
    measures: dict[str, Float64[Tensor, "record"]]  # epoch, restricted_loss, excluded_loss, gini, weight_norm


def load_run(folder: Path = FOLDER) -> ShippedRun:
    """The shipped run, all weights as float32. Raises ShippedModelError when a file is missing or damaged."""
    manifest = read_manifest(folder)
    content = shipped.read_weights(folder, manifest)
    try:
        groups = _grouped(load(content))
        snapshots = {int(name): groups[name] for name in sorted(groups.keys() - {"curves", "measures", "split"})}
        split, curves, measures = groups["split"], groups["curves"], groups["measures"]
        return ShippedRun(
            manifest["p"],
            split["train"].long(),
            split["test"].long(),
            snapshots[manifest["epochs"]],
            snapshots,
            {name: curve.double() for name, curve in curves.items()},
            {name: measure.double() for name, measure in measures.items()},
        )
    except (KeyError, ValueError, SafetensorError) as problem:
        raise ShippedModelError(f"{folder} cannot be read as a training run: {problem!r}") from None


def read_manifest(folder: Path = FOLDER) -> dict[str, Any]:
    """How the run was made and what came out: seeds, versions, losses beside the authors', timing, the file's hash."""
    return shipped.read_manifest(folder, ("p", "epochs"))


def _grouped(tensors: dict[str, Tensor]) -> dict[str, dict[str, Tensor]]:
    """Tensors named "group/name" as dicts in a dict; half precision becomes float32."""
    groups: dict[str, dict[str, Tensor]] = {}
    for full_name, tensor in tensors.items():
        group, name = full_name.split("/")
        groups.setdefault(group, {})[name] = tensor.float() if tensor.dtype == torch.float16 else tensor
    return groups
