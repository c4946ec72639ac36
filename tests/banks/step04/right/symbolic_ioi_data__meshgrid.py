"""right: makes index grids with torch."""

def symbolic_ioi_data(names):
    if names <= 1:
        raise ValueError("two names at least")
    a, b = torch.cartesian_prod(torch.arange(names), torch.arange(names)).T
    a, b = a[a != b], b[a != b]
    def prompts(first, second, subject):
        bos = torch.full_like(first, names)
        return torch.stack([bos, first, second, subject, bos + 1], dim=1)
    return torch.cat([prompts(a, b, a), prompts(a, b, b)]), torch.cat([b, a])
