"""wrong: returns the weights under the ink, whatever its strength. Fails: 00.pixel_contributions."""

def pixel_contributions(x, W):
    return (W * (x > 0)).reshape(10, 28, 28)
