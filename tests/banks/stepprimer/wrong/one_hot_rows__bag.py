"""wrong: puts all tokens into every row. Fails: primer.one_hot_rows."""

import torch


def one_hot_rows(tokens, vocab):
    if ((tokens < 0) | (tokens >= vocab)).any():
        raise ValueError("no such token")
    rows = torch.zeros(len(tokens), vocab)
    for token in tokens:
        rows[:, token] += 1
    return rows
