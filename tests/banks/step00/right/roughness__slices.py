"""right: subtracts slices in float64."""

def roughness(images):
    images = images.double()
    down = (images[:, 1:] - images[:, :-1]).pow(2).flatten(1).sum(1)
    right = (images[:, :, 1:] - images[:, :, :-1]).pow(2).flatten(1).sum(1)
    norm = images.pow(2).flatten(1).sum(1)
    return ((down + right) / norm.clamp(min=1e-300)).float()
