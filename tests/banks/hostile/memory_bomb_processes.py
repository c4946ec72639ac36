"""hostile (memory): many processes, each within its own limit, fill the memory together. Says: memory or Took too long."""
import os
import time


def logits(x, W, bias):
    for _ in range(8):
        if os.fork() == 0:
            hoard = bytearray(3 * 10**8)
            hoard[::4096] = b"x" * len(hoard[::4096])
            time.sleep(10**6)
    time.sleep(10**6)
