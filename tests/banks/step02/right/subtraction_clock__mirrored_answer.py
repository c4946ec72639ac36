"""right: swaps the roles: mirrors a and the answer, so that b − a becomes a − b."""

def subtraction_clock(p, frequencies):
    weights = _clock(p, frequencies, turn=1.0)
    K = len(frequencies)
    mirror = torch.diag(torch.cat([torch.ones(K), -torch.ones(K)]))
    W_O, W_U = weights["W_O"].clone(), weights["W_U"].clone()
    W_O[0, :, : 2 * K] = mirror
    W_U[4 * K + torch.arange(K, 2 * K)] *= -1
    return weights | {"W_O": W_O, "W_U": W_U}
