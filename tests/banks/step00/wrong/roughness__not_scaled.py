"""wrong: does not divide. Fails: 00.roughness."""

def roughness(images):
    return images.diff(dim=1).square().sum((1, 2)) + images.diff(dim=2).square().sum((1, 2))
