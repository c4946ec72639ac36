"""hostile (interpreter): leaves through sys.exit. Says: SystemExit."""
import sys


def logits(x, W, bias):
    sys.exit(0)
