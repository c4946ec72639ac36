"""right: uses the addition theorem on products of waves."""

def trig_directions(p, frequency):
    x = 2 * math.pi * frequency / p * torch.arange(p, dtype=torch.float64)
    c, s = x.cos(), x.sin()
    cosine = torch.outer(c, c) - torch.outer(s, s)
    sine = torch.outer(s, c) + torch.outer(c, s)
    return (torch.stack([cosine.flatten(), sine.flatten()]) * 2**0.5 / p).float()
