"""wrong: divides by the logit. Fails: 00.pixel_contributions."""

def pixel_contributions(x, W):
    c = x * W
    return (c / c.sum(1, keepdim=True)).reshape(10, 28, 28)
