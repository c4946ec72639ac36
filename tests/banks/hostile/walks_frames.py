"""hostile (interpreter): searches the callers' frames and all live objects for the expected value."""
import gc
import sys

import torch


def logits(x, W, bias):
    frame, shape = sys._getframe(), (len(x), 10)
    while frame:
        for value in frame.f_locals.values():
            if isinstance(value, torch.Tensor) and tuple(value.shape) == shape:
                return value
        frame = frame.f_back
    for value in gc.get_objects():
        if isinstance(value, torch.Tensor) and tuple(value.shape) == shape:
            return value
    return torch.zeros(shape)
