"""wrong: returns integers, which no weight matrix can be multiplied with. Fails: primer.one_hot_rows."""

import torch


def one_hot_rows(tokens, vocab):
    if ((tokens < 0) | (tokens >= vocab)).any():
        raise ValueError("no such token")
    return torch.nn.functional.one_hot(tokens, vocab)
