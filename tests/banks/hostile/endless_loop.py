"""hostile (time): never returns. Says: Took too long."""


def logits(x, W, bias):
    while True:
        pass


def flatten_images(images):
    while True:
        pass
