"""Data of step 00's live experiment: the shipped templates, and digits to begin with."""

from pathlib import Path

import torch

from exercises.kit.live import write_tensors
from exercises.kit.step00.data import load_digits
from exercises.kit.step00.model import load_templates

EACH = 3  # ready-made images of each digit


def write(root: Path, out: Path) -> None:
    """Writes W [10, 784] and bias [10], and the first `EACH` of scikit-learn's images of each digit [10, EACH, 784]."""
    W, bias = load_templates()
    images, labels = load_digits()
    examples = torch.stack([images[labels == digit][:EACH].flatten(1) for digit in range(10)])
    write_tensors(out / "templates.safetensors.gz", {"W": W, "bias": bias, "examples": examples})
