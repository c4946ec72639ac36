"""wrong: mirrors the hand of a. Fails: 02.subtraction_clock."""

def subtraction_clock(p, frequencies):
    weights = _clock(p, frequencies, turn=1.0)
    K = len(frequencies)
    W_O = weights["W_O"].clone()
    W_O[0, K:, :] *= -1
    return weights | {"W_O": W_O}
