"""wrong: mixes each key with the one after. Fails: 03.smear_keys."""

def smear_keys(
    keys: Float32[Tensor, "batch head position d_head"], alpha: Float32[Tensor, "head"]
) -> Float32[Tensor, "batch head position d_head"]:
    share = alpha.sigmoid()[:, None, None]
    mixed = share * keys[:, :, :-1] + (1 - share) * keys[:, :, 1:]
    return torch.cat([mixed, keys[:, :, -1:]], dim=2)
