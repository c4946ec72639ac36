"""hostile (time): sleeps while its module is imported. Says: Took too long."""
import time


def logits(x, W, bias):
    return x @ W.T + bias


time.sleep(10**6)
