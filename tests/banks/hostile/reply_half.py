"""hostile (answers): answers with half a frame and hangs up. Says: before it answered."""
import os


def logits(x, W, bias):
    os.write(3, b"LMI1\x00\x00")
    os._exit(0)
