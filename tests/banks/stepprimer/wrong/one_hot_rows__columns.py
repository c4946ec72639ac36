"""wrong: gives each token a column, not a row. Fails: primer.one_hot_rows."""

import torch


def one_hot_rows(tokens, vocab):
    if ((tokens < 0) | (tokens >= vocab)).any():
        raise ValueError("no such token")
    return torch.eye(vocab)[:, tokens]
