"""wrong: takes the mean change. Fails: 00.gauge_shift."""

def gauge_shift(x, W, bias, v):
    shifted = W + v
    before, after = x @ W.T + bias, x @ shifted.T + bias
    return shifted, (after - before).abs().mean().item(), (after.softmax(1) - before.softmax(1)).abs().mean().item()
