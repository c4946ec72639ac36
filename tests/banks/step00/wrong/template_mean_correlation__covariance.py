"""wrong: returns covariances. Fails: 00.template_mean_correlation."""

def template_mean_correlation(W, means):
    a, b = W - W.mean(0), means - means.mean(0)
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return (a * b).mean(1)
