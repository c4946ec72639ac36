"""right: loops over instances and features."""

import torch



def interference(W):
    out = torch.zeros(W.shape[0], W.shape[2])
    for i, w in enumerate(W):
        for f in range(w.shape[1]):
            length = w[:, f].norm()
            if length > 0:
                others = torch.cat([w[:, :f], w[:, f + 1 :]], 1)
                out[i, f] = ((w[:, f] / length) @ others).square().sum()
    return out
