"""hostile (answers): ends the process while its module is imported. Says: ended itself with exit status 0."""
import os


def logits(x, W, bias):
    return x @ W.T + bias


os._exit(0)
