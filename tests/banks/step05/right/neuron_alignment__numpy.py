"""right: row by row in NumPy."""

import numpy as np
import torch


def neuron_alignment(W_dec):
    neurons, cosines = [], []
    for row in W_dec.detach().numpy().astype(np.float64):
        nearest = int(np.argmax(np.abs(row)))
        length = np.sqrt((row**2).sum())
        neurons.append(nearest)
        cosines.append(row[nearest] / length if length > 0 else 0.0)
    return Alignment(torch.tensor(neurons), torch.tensor(cosines, dtype=torch.float32))
