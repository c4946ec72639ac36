"""hostile (processes): opens pipes, events and timers until the kernel has no more. Says: Raised an exception."""
import os
import select

kept = []


def logits(x, W, bias):
    while True:
        kept.append(os.pipe())
        kept.append(select.epoll())
        kept.append(os.eventfd(0))
