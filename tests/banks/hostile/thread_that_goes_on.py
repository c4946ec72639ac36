"""hostile (processes): starts a thread that computes on while the answer is given."""
import threading


def compute():
    while True:
        sum(range(1000))


threading.Thread(target=compute, daemon=True).start()


def logits(x, W, bias):
    return None
