"""hostile (answers): writes to every descriptor it finds. Says: wrote to the channel."""
import os


def logits(x, W, bias):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"passed " * 100)
        except OSError:
            pass
    return x @ W.T + bias
