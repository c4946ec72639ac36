"""hostile (files): makes a file of a terabyte that holds nothing. Says: Raised an exception."""
import signal
import tempfile


def logits(x, W, bias):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with tempfile.TemporaryFile() as file:
        file.truncate(2**40)
    return None
