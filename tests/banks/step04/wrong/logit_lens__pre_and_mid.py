"""wrong: takes hook_resid_pre of each layer, so that the end is missing. Fails: 04.logit_lens."""

@torch.no_grad()
def logit_lens(model: TransformerBridge, tokens: Tokens, answers: Answers) -> Float[Tensor, "point"]:
    _, cache = model.run_with_cache(tokens)
    streams = [cache["blocks.0.hook_resid_pre"]]
    for layer in range(model.cfg.n_layers):
        streams += [cache[f"blocks.{layer}.hook_resid_pre"], cache[f"blocks.{layer}.hook_resid_mid"]]
    directions = logit_difference_directions(model, answers)
    scale = cache["ln_final.hook_scale"][:, -1]
    return (project(torch.stack(streams)[:, :, -1], scale, directions) + directions.offsets).mean(dim=-1)
