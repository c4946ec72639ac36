"""wrong: takes cos wa cos wb for cos w(a + b). Fails: 02.trig_directions."""

def trig_directions(p: int, frequency: int) -> Float32[Tensor, "2 pairs"]:
    a_plus_b = torch.arange(p)[:, None] + torch.arange(p)  # [p, p]
    w = 2 * math.pi * frequency / p * torch.arange(p)
    directions = torch.stack([torch.outer(w.cos(), w.cos()).flatten(), torch.outer(w.sin(), w.cos()).flatten()])
    return (directions / directions.norm(dim=1, keepdim=True)).float()
