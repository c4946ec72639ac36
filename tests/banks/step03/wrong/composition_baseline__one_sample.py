"""wrong: draws a single pair. Fails: 03.composition_baseline."""

def composition_baseline(d_model: int, d_head: int, samples: int, seed: int) -> float:
    generator = torch.Generator().manual_seed(seed)

    def head() -> Factors:
        left = torch.randn(d_model, d_head, generator=generator)
        return left, torch.randn(d_head, d_model, generator=generator)

    return sum(composition_score(head(), head()) for _ in range(1))
