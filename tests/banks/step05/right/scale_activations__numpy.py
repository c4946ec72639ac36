"""right: works in NumPy."""

import numpy as np
import torch


def scale_activations(x):
    values = x.numpy().astype(np.float64)
    size = np.sqrt((values**2).sum() / len(values))
    if not size > 0:
        raise ValueError("nothing but zeros")
    return torch.from_numpy((values / size).astype(np.float32)), float(1 / size)
