"""wrong: makes 0 clean and 1 corrupted. Fails: 04.patch_attention_out."""

@torch.no_grad()
def patch_attention_out(model, clean, corrupted, answers):
    _, cache = model.run_with_cache(clean)
    good = logit_difference(model(clean), answers)
    bad = logit_difference(model(corrupted), answers)
    layers, length = model.cfg.n_layers, clean.shape[1]
    result = torch.zeros(layers, length)
    for layer in range(layers):
        for place in range(length):
            def put(value, hook, place=place):
                value = value.clone()
                value[:, place] = cache[hook.name][:, place]
                return value
            logits = model.run_with_hooks(corrupted, fwd_hooks=[(f"blocks.{layer}.hook_attn_out", put)])
            result[layer, place] = logit_difference(logits, answers)
    return (good - result) / (good - bad)
