"""wrong: keeps what is large in size. Fails: 05.jump_relu."""

import torch


def jump_relu(pre, threshold):
    return pre * (pre.abs() > threshold)
