"""hostile (objects): returns an array that gives other values each time it is read."""
import numpy as np


class Mine(np.ndarray):
    def __array_finalize__(self, other):
        self.fill(0) if self.dtype == np.float32 else None

    def __eq__(self, other):
        return True


def logits(x, W, bias):
    return np.zeros((len(x), 10), np.float32).view(Mine)
