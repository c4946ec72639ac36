"""hostile (answers): hangs up on the grader and goes on in the dark. Says: before it answered."""
import os
import time


def logits(x, W, bias):
    os.closerange(0, 256)
    time.sleep(10**6)
