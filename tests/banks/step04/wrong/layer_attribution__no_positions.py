"""wrong: takes the token's embedding without its position. Fails: 04.layer_attribution."""

@torch.no_grad()
def layer_attribution(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "part"]:
    _, cache = model.run_with_cache(tokens)
    parts = [cache["hook_embed"]]
    for layer in range(model.cfg.n_layers):
        parts += [cache[f"blocks.{layer}.hook_attn_out"], cache[f"blocks.{layer}.hook_mlp_out"]]
    scale = cache["ln_final.hook_scale"][:, -1]
    return project(torch.stack(parts)[:, :, -1], scale, logit_difference_directions(model, answers)).mean(dim=-1)
