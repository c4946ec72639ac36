"""wrong: drops the sign. Fails: 00.pixel_contributions."""

def pixel_contributions(x, W):
    return (x * W).abs().reshape(10, 28, 28)
