"""wrong: leaves the row of a token that there is not empty. Fails: primer.one_hot_rows."""

import torch


def one_hot_rows(tokens, vocab):
    return (tokens[:, None] == torch.arange(vocab)).float()
