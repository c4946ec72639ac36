"""hostile (memory): fills the memory with small mappings that two processes share, so that they are nobody's own. Says: memory."""
import mmap
import os
import time


def logits(x, W, bias):
    for _ in range(5):
        if os.fork() == 0:
            pieces = [mmap.mmap(-1, 10**7) for _ in range(30)]
            reader, writer = os.pipe()
            first = os.fork() == 0
            for piece in pieces:
                if not first:
                    os.read(reader, 1)
                piece[::4096] = b"x" * len(piece[::4096])
                if first:
                    os.write(writer, b"x")
            time.sleep(10**6)
    time.sleep(10**6)
