"""wrong: does not normalise. Fails: 02.trig_directions."""

def trig_directions(p: int, frequency: int) -> Float32[Tensor, "2 pairs"]:
    a_plus_b = torch.arange(p)[:, None] + torch.arange(p)  # [p, p]
    angle = 2 * math.pi * frequency / p * (a_plus_b % p).double().flatten()
    directions = torch.stack([angle.cos(), angle.sin()])
    return directions.float()
