"""Data of step 00's live experiment: the shipped templates, and digits to begin with."""

from pathlib import Path

import torch

from exercises.kit.live import write_tensors
from exercises.kit.step00.data import load_digits
from exercises.kit.step00.model import load_templates

EACH = 3  # ready-made images of each digit, of those that the templates read rightly the surest


def write(root: Path, out: Path) -> None:
    """Writes W [10, 784] and bias [10], and `EACH` of scikit-learn's images of each digit [10, EACH, 784].

    Those images have 8 by 8 pixels, enlarged: in many the templates, which come from MNIST, read another digit.
    """
    W, bias = load_templates()
    images, labels = load_digits()
    x = images.flatten(1)
    share, reads = (x / 255 @ W.T + bias).softmax(1).max(1)
    read = [(labels == digit) & (reads == digit) for digit in range(10)]
    examples = [x[rightly][share[rightly].topk(EACH).indices] for rightly in read]
    write_tensors(out / "templates.safetensors.gz", {"W": W, "bias": bias, "examples": torch.stack(examples)})
