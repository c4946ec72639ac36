"""right: works in float64 with NumPy."""

import numpy as np


def gauge_shift(x, W, bias, v):
    def softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    shifted = W + v.expand_as(W)
    x, old, new, bias = (t.double().numpy() for t in (x, W, shifted, bias))
    before, after = x @ old.T + bias, x @ new.T + bias
    return shifted, float(np.abs(after - before).max()), float(np.abs(softmax(after) - softmax(before)).max())
