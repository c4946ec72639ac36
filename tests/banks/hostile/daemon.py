"""hostile (processes): forks twice into a session of its own and goes on."""
import os
import time


def logits(x, W, bias):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(10**6)
        os._exit(0)
    return None
