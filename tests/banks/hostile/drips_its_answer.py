"""hostile (memory): fills the memory with children while it sends byte after byte, so that nobody has time to look. Says: memory or Took too long."""
import os
import time


def logits(x, W, bias):
    for _ in range(8):
        if os.fork() == 0:
            hoard = bytearray(3 * 10**8)
            hoard[::4096] = b"x" * len(hoard[::4096])
            time.sleep(10**6)
    os.write(3, b"LMI1" + (2**20).to_bytes(4, "big") + bytes(8))
    while True:
        os.write(3, b" ")
        time.sleep(0.001)
