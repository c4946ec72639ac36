"""hostile (answers): ends the process as if all had gone well. Says: ended itself with exit status 0."""
import os


def logits(x, W, bias):
    os._exit(0)


def flatten_images(images):
    os._exit(0)
