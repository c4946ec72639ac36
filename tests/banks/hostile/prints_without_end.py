"""hostile (text): prints a hundred megabytes, by every way there is."""
import os
import sys


def logits(x, W, bias):
    for _ in range(100):
        print("x" * 10**6)
        sys.stderr.write("y" * 10**4)
        sys.stdout.buffer.write(b"\xff" * 10**4)
        os.write(1, b"z" * 10**4)
    return None
