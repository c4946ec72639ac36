"""wrong: looks at sizes alone, so that equal signs count as antipodal. Fails: 01.classify_phases."""

import torch



def classify_phases(W):
    first, second = W[:, 0].abs().unbind(1)
    phase = torch.full((len(W),), 2)
    phase[second < 0.414 * first] = 0
    phase[first < 0.414 * second] = 1
    return phase
