"""wrong: takes the largest dot product. Fails: 00.nearest_mean_accuracy."""

def nearest_mean_accuracy(x, labels, means):
    return ((x @ means.T).argmax(1) == labels).float().mean().item()
