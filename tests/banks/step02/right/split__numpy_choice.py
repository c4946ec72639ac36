"""right: chooses the rows with NumPy."""

import numpy


def split(n, train_fraction, seed):
    if train_fraction <= 0 or train_fraction >= 1:
        raise ValueError("between 0 and 1, please")
    chosen = numpy.random.default_rng(seed).choice(n, int(train_fraction * n), replace=False)
    mask = torch.zeros(n, dtype=torch.bool)
    mask[torch.from_numpy(chosen)] = True
    return mask.nonzero()[:, 0], (~mask).nonzero()[:, 0]
