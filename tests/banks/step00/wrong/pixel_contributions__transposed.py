"""wrong: swaps rows and columns. Fails: 00.pixel_contributions."""

def pixel_contributions(x, W):
    return (x * W).reshape(10, 28, 28).mT
