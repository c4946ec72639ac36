"""wrong: gives the largest probability in place of the largest change of one. Fails: 00.gauge_shift."""

def gauge_shift(x, W, bias, v):
    shifted = W + v
    before, after = x @ W.T + bias, x @ shifted.T + bias
    return shifted, (after - before).abs().max().item(), after.softmax(1).max().item()
