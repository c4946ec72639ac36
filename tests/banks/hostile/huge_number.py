"""hostile (answers): answers with a number of a million digits. Says: Raised an exception."""


def logits(x, W, bias):
    return 10**1_000_000
