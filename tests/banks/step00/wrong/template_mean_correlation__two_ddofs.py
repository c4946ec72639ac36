"""wrong: mixes a mean over n with deviations over n − 1, and centres pixels by standard deviation. Fails: 00.template_mean_correlation."""

def template_mean_correlation(W, means):
    a, b = W - W.mean(0), means - means.mean(0)
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return (a * b).mean(1) / (a.std(1) * b.std(1))
