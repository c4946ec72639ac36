"""wrong: centres the weights. Fails: 00.pixel_contributions."""

def pixel_contributions(x, W):
    return (x * (W - W.mean(0))).reshape(10, 28, 28)
