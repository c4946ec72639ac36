"""wrong: mirrors both hands. Fails: 02.subtraction_clock."""

def subtraction_clock(p, frequencies):
    weights = _clock(p, frequencies, turn=1.0)
    K = len(frequencies)
    W_E = weights["W_E"].clone()
    W_E[:, K : 2 * K] *= -1
    return weights | {"W_E": W_E}
