"""wrong: changes the tensor that it was given. Fails: 05.jump_relu."""

import torch


def jump_relu(pre, threshold):
    pre[pre <= threshold] = 0
    return pre
