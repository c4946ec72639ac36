"""wrong: takes the softmax over images. Fails: 00.gauge_shift."""

def gauge_shift(x, W, bias, v):
    shifted = W + v
    before, after = x @ W.T + bias, x @ shifted.T + bias
    return shifted, (after - before).abs().max().item(), (after.softmax(0) - before.softmax(0)).abs().max().item()
