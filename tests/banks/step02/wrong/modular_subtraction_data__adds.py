"""wrong: adds. Fails: 02.modular_subtraction_data."""

def modular_subtraction_data(p: int) -> tuple[Int64[Tensor, "pairs 3"], Int64[Tensor, "pairs"]]:
    a, b = torch.arange(p * p) // p, torch.arange(p * p) % p
    return torch.stack([a, b, torch.full_like(a, p)], dim=1), (a + b) % p
