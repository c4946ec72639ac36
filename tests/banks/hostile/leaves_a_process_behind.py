"""hostile (processes): leaves a process behind that should outlive it, and files for the next submission."""
import os
import time
from pathlib import Path


def logits(x, W, bias):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                for place in ("/tmp/left-behind", "/lmi/tmp/left-behind", "/dev/shm/left-behind", "/var/tmp/left-behind"):
                    try:
                        Path(place).write_text("was here")
                    except OSError:
                        pass
                time.sleep(0.01)
        os._exit(0)
    raise RuntimeError("left")
