"""wrong: counts negative tokens from the end. Fails: primer.one_hot_rows."""

import torch


def one_hot_rows(tokens, vocab):
    if (tokens >= vocab).any():
        raise ValueError("no such token")
    return torch.eye(vocab)[tokens]
