"""wrong: divides by the number of all images. Fails: 00.class_means."""

import torch


def class_means(x, labels):
    one_hot = torch.nn.functional.one_hot(labels, 10).float()
    return one_hot.T @ x / len(x)
