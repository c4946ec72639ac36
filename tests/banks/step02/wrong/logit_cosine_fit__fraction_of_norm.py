"""wrong: returns a ratio of norms. Fails: 02.logit_cosine_fit."""

def logit_cosine_fit(
    logits: Float32[Tensor, "pairs p"], frequencies: Int64[Tensor, "key"]
) -> tuple[Float32[Tensor, "key"], float]:
    p = logits.shape[1]
    centred = (logits - logits.mean(1, keepdim=True)).double()
    pair, c = torch.arange(p * p), torch.arange(p)
    difference = (pair // p + pair % p)[:, None] - c  # [p², p]
    # All pairs and answers with the same a + b − c share one cosine, so add their logits up first.
    sums = torch.zeros(p, dtype=torch.float64).index_add(0, (difference % p).flatten(), centred.flatten())
    waves = (2 * math.pi / p * frequencies[:, None] * c).double().cos()  # [key, p]
    alpha = waves @ sums / (p**3 / 2)
    explained = alpha.square().sum() * p**3 / 2
    return alpha.float(), (explained / centred.square().sum()).sqrt().item()
