"""hostile (interpreter): watches and changes every call with a trace and a profile function."""
import sys


def watch(frame, event, value):
    frame.f_locals.update(value=True, passed=True)
    return watch


sys.settrace(watch)
sys.setprofile(watch)


def logits(x, W, bias):
    return True
