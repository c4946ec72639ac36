"""hostile (time): reads from a pipe that nobody writes to. Says: Took too long."""
import os
import tempfile


def logits(x, W, bias):
    path = os.path.join(tempfile.mkdtemp(), "pipe")
    os.mkfifo(path)
    return open(path).read()
