"""hostile (objects): returns what it was given, whatever is asked."""
def logits(x, W, bias):
    return x


def flatten_images(images):
    return images


def templates(W):
    return W
