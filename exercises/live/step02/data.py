"""Data of step 02's live experiment: the shipped run, as much of it as the page shows."""

from pathlib import Path

import torch

from exercises.kit.live import write_tensors
from exercises.kit.step02.model import load_run

NEURONS = range(0, 512, 21)  # whose maps are shown along the training: every 21st
CARRIED = ("W_E", "W_pos", "W_Q", "W_K", "W_V", "W_O")


def write(root: Path, out: Path) -> None:
    """Writes the final model whole (float32), and of the models on the way (float16, as they are shipped) what the
    embedding and the chosen neurons need; the curves; which pairs were trained on.
    """
    run = load_run()
    snapshots = {
        f"{epoch}/{name}": weights[name].half() for epoch, weights in run.snapshots.items() for name in CARRIED
    } | {f"{epoch}/W_in": weights["W_in"][:, list(NEURONS)].half() for epoch, weights in run.snapshots.items()}
    final = max(run.snapshots)
    on_the_way = {name: tensor for name, tensor in snapshots.items() if not name.startswith(f"{final}/")}
    write_tensors(
        out / "run.safetensors.gz",
        on_the_way
        | {f"{final}/{name}": tensor for name, tensor in run.weights.items()}
        | {f"curves/{name}": curve.float() for name, curve in run.curves.items()}
        | {f"measures/{name}": measure.float() for name, measure in run.measures.items()}
        | {"neurons": torch.tensor(list(NEURONS), dtype=torch.int32), "train": run.train.int()},
    )
