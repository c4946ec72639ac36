"""hostile (processes): forks, so that two processes answer every question."""
import os


def logits(x, W, bias):
    os.fork()
    return bias.repeat(len(x), 1)
