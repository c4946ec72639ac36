"""wrong: ignores the seed. Fails: 03.composition_baseline."""

def composition_baseline(d_model: int, d_head: int, samples: int, seed: int) -> float:
    generator = torch.Generator().manual_seed(seed)

    def head() -> Factors:
        left = torch.randn(d_model, d_head)
        return left, torch.randn(d_head, d_model)

    return sum(composition_score(head(), head()) for _ in range(samples)) / samples
