"""wrong: accumulates from layer to layer. Fails: 04.layer_attribution."""

@torch.no_grad()
def layer_attribution(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "part"]:
    _, cache = model.run_with_cache(tokens)
    parts = [cache["blocks.0.hook_resid_pre"]]
    for layer in range(model.cfg.n_layers):
        parts += [cache[f"blocks.{layer}.hook_attn_out"], cache[f"blocks.{layer}.hook_mlp_out"]]
    scale = cache["ln_final.hook_scale"][:, -1]
    return project(torch.stack(parts)[:, :, -1], scale, logit_difference_directions(model, answers)).mean(dim=-1).cumsum(0)
