"""right: uses that the nearest mean is a linear classifier, mean · x − |mean|²/2."""

def nearest_mean_accuracy(x, labels, means):
    scores = x.double() @ means.double().T - means.double().square().sum(1) / 2
    return float((scores.argmax(1) == labels).double().mean())
