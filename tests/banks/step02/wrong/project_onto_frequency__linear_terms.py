"""wrong: projects onto cos wa, sin wa, cos wb and sin wb. Fails: 02.project_onto_frequency."""

def project_onto_frequency(x, frequency):
    p = math.isqrt(x.shape[0])
    w = 2 * math.pi * frequency / p * torch.arange(p)
    rows = [w.cos().repeat_interleave(p), w.sin().repeat_interleave(p), w.cos().repeat(p), w.sin().repeat(p)]
    directions = torch.stack(rows) * 2**0.5 / p
    return torch.einsum("iq,i...->q...", directions, torch.einsum("iq,q...->i...", directions, x))
