"""right: uses numpy.histogram."""

import numpy as np
import torch


def log_frequency_histogram(h, edges):
    times = np.count_nonzero(h.numpy() > 0, axis=0)
    logs = np.log10(times[times > 0] / len(h)).astype(np.float32)
    return torch.from_numpy(np.histogram(logs, bins=edges.numpy())[0]).long(), int(np.sum(times == 0))
