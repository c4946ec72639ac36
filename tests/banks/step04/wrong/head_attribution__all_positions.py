"""wrong: averages over positions. Fails: 04.head_attribution."""

@torch.no_grad()
def head_attribution(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "layer head"]:
    _, cache = model.run_with_cache(tokens)
    z = torch.stack([cache[f"blocks.{layer}.attn.hook_z"].mean(1) for layer in range(model.cfg.n_layers)])
    outputs = torch.einsum("lphe,lhed->lhpd", z, model.W_O)
    scale = cache["ln_final.hook_scale"][:, -1]
    return project(outputs, scale, logit_difference_directions(model, answers)).mean(dim=-1)
