"""right: fits "is it class c?" to the class means by least squares, class by class."""

import numpy as np
import torch


def class_selectivity(activations, labels):
    means = np.stack([activations[labels == c].double().mean(0).numpy() for c in range(10)])
    selectivity = np.zeros(means.shape[1])
    for unit in range(means.shape[1]):
        if means[:, unit].any():
            r = [np.corrcoef(means[:, unit], np.arange(10) == c)[0, 1] for c in range(10)]
            selectivity[unit] = np.max(np.square(r))
    return torch.tensor(selectivity, dtype=torch.float32)
