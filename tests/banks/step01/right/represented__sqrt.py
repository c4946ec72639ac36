"""right: writes the norm out."""

def represented(W):
    return (W * W).sum(1).sqrt()
