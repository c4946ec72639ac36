"""hostile (files): writes to the disk until it is full. Says: OSError."""
import tempfile


def logits(x, W, bias):
    files = []
    while True:
        files.append(tempfile.NamedTemporaryFile(delete=False))
        files[-1].write(bytes(10**7))
        files[-1].flush()
