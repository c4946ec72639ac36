"""hostile (processes): starts threads without end. Says: Raised an exception."""
import threading
import time


def logits(x, W, bias):
    while True:
        threading.Thread(target=time.sleep, args=(10**6,), daemon=True).start()
