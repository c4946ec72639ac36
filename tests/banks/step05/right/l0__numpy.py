"""right: counts with NumPy, one instance at a time."""

import numpy as np
import torch


def l0(h):
    counts = [np.count_nonzero(part > 0, axis=1).mean() for part in h.detach().numpy().transpose(1, 0, 2)]
    return torch.tensor(np.array(counts, dtype=np.float32))
