"""right: writes the ones into a matrix of zeros."""

import torch


def one_hot_rows(tokens, vocab):
    if len(tokens) and not 0 <= int(tokens.min()) <= int(tokens.max()) < vocab:
        raise ValueError("no such token")
    return torch.zeros(len(tokens), vocab).scatter(1, tokens[:, None], 1.0)
