"""Data of step 03's live experiment: the shipped two-layer run, with its snapshots."""

from pathlib import Path

from exercises.kit.live import write_tensors
from exercises.kit.step03.model import load_runs


def write(root: Path, out: Path) -> None:
    """Writes the final model (float32) and those on the way (float16, as they are shipped), the curves, and the tokens
    that all were tested on.
    """
    runs = load_runs()
    run, final = runs.two_layers, max(runs.two_layers.snapshots)
    weights = {
        f"{step}/{name}": tensor if step == final else tensor.half()
        for step, snapshot in run.snapshots.items()
        for name, tensor in snapshot.items()
    }
    curves = {f"curves/{name}": curve.float() for name, curve in run.curves.items()}
    write_tensors(out / "run.safetensors.gz", weights | curves | {"test": runs.test.int()})
