"""wrong: makes 0 clean and 1 corrupted. Fails: 04.patch_heads."""

@torch.no_grad()
def patch_heads(model, clean, corrupted, answers, at=None):
    _, cache = model.run_with_cache(clean)
    good = logit_difference(model(clean), answers)
    bad = logit_difference(model(corrupted), answers)
    result = torch.zeros(model.cfg.n_layers, model.cfg.n_heads)
    rows = torch.arange(len(clean))
    for layer in range(model.cfg.n_layers):
        for head in range(model.cfg.n_heads):
            def put(z, hook, head=head):
                z = z.clone()
                if at is None:
                    z[:, :, head] = cache[hook.name][:, :, head]
                else:
                    z[rows, at, head] = cache[hook.name][rows, at, head]
                return z
            logits = model.run_with_hooks(corrupted, fwd_hooks=[(f"blocks.{layer}.attn.hook_z", put)])
            result[layer, head] = logit_difference(logits, answers)
    return (good - result) / (good - bad)
