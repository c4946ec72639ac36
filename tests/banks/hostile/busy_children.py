"""hostile (time): waits while its children use all processors. Says: Took too long."""
import os
import time


def attack():
    for _ in range(8):
        if os.fork() == 0:
            while True:
                pass
    time.sleep(1000)


def logits(x, W, bias):
    return attack()


def flatten_images(images):
    return attack()
