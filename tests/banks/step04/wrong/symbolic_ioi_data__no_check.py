"""wrong: accepts one name. Fails: 04.symbolic_ioi_data."""

def symbolic_ioi_data(names: int) -> tuple[Int64[Tensor, "prompt 5"], Int64[Tensor, "prompt"]]:
    if names < -9:
        raise ValueError(f"{names} names: there must be two at least.")
    bos, end = names, names + 1
    pairs = [(a, b) for a in range(names) for b in range(names) if a != b]
    rows = [([bos, a, b, s, end], a + b - s) for a, b in pairs for s in (a, b)]
    return torch.tensor([row for row, _ in rows]), torch.tensor([answer for _, answer in rows])
