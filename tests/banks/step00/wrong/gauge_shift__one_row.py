"""wrong: moves the first row only. Fails: 00.gauge_shift."""

def gauge_shift(x, W, bias, v):
    shifted = W.clone()
    shifted[0] += v
    before, after = x @ W.T + bias, x @ shifted.T + bias
    return shifted, (after - before).abs().max().item(), (after.softmax(1) - before.softmax(1)).abs().max().item()
