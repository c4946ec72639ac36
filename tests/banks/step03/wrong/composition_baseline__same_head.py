"""wrong: composes a head with itself. Fails: 03.composition_baseline."""

def composition_baseline(d_model: int, d_head: int, samples: int, seed: int) -> float:
    generator = torch.Generator().manual_seed(seed)

    def head() -> Factors:
        left = torch.randn(d_model, d_head, generator=generator)
        return left, torch.randn(d_head, d_model, generator=generator)

    pairs = [head() for _ in range(samples)]
    return sum(composition_score(one, (one[1].T, one[0].T)) for one in pairs) / samples
