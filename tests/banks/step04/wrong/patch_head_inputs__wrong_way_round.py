"""wrong: makes 0 clean and 1 corrupted. Fails: 04.patch_head_inputs."""

@torch.no_grad()
def patch_head_inputs(model, clean, corrupted, answers, which):
    if which not in {"q", "k", "v", "z", "pattern"}:
        raise ValueError(which)
    cache = model.run_with_cache(clean)[1]
    good = logit_difference(model(clean), answers)
    bad = logit_difference(model(corrupted), answers)
    result = torch.zeros(model.cfg.n_layers, model.cfg.n_heads)
    for layer in range(model.cfg.n_layers):
        for head in range(model.cfg.n_heads):
            def put(value, hook, head=head):
                value = value.clone()
                if which == "pattern":
                    value[:, head] = cache[hook.name][:, head]
                else:
                    value[:, :, head] = cache[hook.name][:, :, head]
                return value
            logits = model.run_with_hooks(corrupted, fwd_hooks=[(f"blocks.{layer}.attn.hook_{which}", put)])
            result[layer, head] = logit_difference(logits, answers)
    return (good - result) / (good - bad)
