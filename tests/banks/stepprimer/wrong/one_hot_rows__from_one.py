"""wrong: counts tokens from 1. Fails: primer.one_hot_rows."""

import torch


def one_hot_rows(tokens, vocab):
    if ((tokens < 0) | (tokens >= vocab)).any():
        raise ValueError("no such token")
    return (tokens[:, None] == torch.arange(1, vocab + 1)).float()
