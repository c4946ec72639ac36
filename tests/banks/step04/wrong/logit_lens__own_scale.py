"""wrong: divides each point by its own scale. Fails: 04.logit_lens."""

@torch.no_grad()
def logit_lens(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "point"]:
    _, cache = model.run_with_cache(tokens)
    streams = [cache["blocks.0.hook_resid_pre"]]
    for layer in range(model.cfg.n_layers):
        streams += [cache[f"blocks.{layer}.hook_resid_mid"], cache[f"blocks.{layer}.hook_resid_post"]]
    directions = logit_difference_directions(model, answers)
    scale = cache["ln_final.hook_scale"][:, -1]
    return (project((lambda x: x / (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt())(torch.stack(streams)[:, :, -1]), torch.ones_like(scale), directions) + directions.offsets).mean(dim=-1)
