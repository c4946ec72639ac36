"""right: measures one image after another in NumPy."""

import numpy as np


def nearest_mean_accuracy(x, labels, means):
    right = 0
    for image, label in zip(x.numpy(), labels.tolist()):
        right += int(np.argmin(np.linalg.norm(means.numpy() - image, axis=1)) == label)
    return right / len(x)
