"""wrong: gives σ(α) to the key before. Fails: 03.smear_keys."""

def smear_keys(
    keys: Float32[Tensor, "batch head position d_head"], alpha: Float32[Tensor, "head"]
) -> Float32[Tensor, "batch head position d_head"]:
    share = alpha.sigmoid()[:, None, None]
    mixed = (1 - share) * keys[:, :, 1:] + share * keys[:, :, :-1]
    return torch.cat([keys[:, :, :1], mixed], dim=2)
