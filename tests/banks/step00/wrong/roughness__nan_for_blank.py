"""wrong: divides zero by zero for a blank picture. Fails: 00.roughness."""

def roughness(images):
    size = images.square().sum((1, 2))
    d = images.diff(dim=1).square().sum((1, 2)) + images.diff(dim=2).square().sum((1, 2))
    return d / size
