"""wrong: reads at S2 in place of END. Fails: 04.attention_to_names."""

@torch.no_grad()
def attention_to_names(
    model: TransformerBridge,
    tokens: Int64[Tensor, "prompt position"],
    answers: Int64[Tensor, "prompt 2"],
    positions: Positions,
) -> NameAttention:
    _, cache = model.run_with_cache(tokens)
    layers = range(model.cfg.n_layers)
    pattern = torch.stack([cache[f"blocks.{layer}.attn.hook_pattern"][:, :, -1] for layer in layers])
    keys = torch.stack([positions[name] for name in ("IO", "S1", "S2")], dim=-1)  # [prompt, 3]
    attention = pattern.transpose(1, 2).gather(-1, keys.expand(*pattern.shape[:1], pattern.shape[2], *keys.shape))
    z = torch.stack([cache[f"blocks.{layer}.attn.hook_z"][torch.arange(len(tokens)), positions["S2"]] for layer in layers])
    outputs = torch.einsum("lphe,lhed->lhpd", z, model.W_O) / cache["ln_final.hook_scale"][:, -1]
    return NameAttention(attention, torch.einsum("lhpd,dpn->lhpn", outputs, model.W_U[:, answers]))
