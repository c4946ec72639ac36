"""wrong: puts one head's result in place of the layer's whole output. Fails: 04.patch_heads."""

@torch.no_grad()
def patch_heads(model, clean, corrupted, answers, at=None):
    _, cache = model.run_with_cache(clean)
    good = logit_difference(model(clean), answers)
    bad = logit_difference(model(corrupted), answers)
    result = torch.zeros(model.cfg.n_layers, model.cfg.n_heads)
    rows = torch.arange(len(clean))
    for layer in range(model.cfg.n_layers):
        for head in range(model.cfg.n_heads):
            def put(out, hook, head=head, layer=layer):
                out = out.clone()
                result = cache[f'blocks.{layer}.attn.hook_z'][:, :, head] @ model.W_O[layer, head]
                if at is None:
                    out[:] = result
                else:
                    out[rows, at] = result[rows, at]
                return out
            logits = model.run_with_hooks(corrupted, fwd_hooks=[(f"blocks.{layer}.hook_attn_out", put)])
            result[layer, head] = logit_difference(logits, answers)
    return (result - bad) / (good - bad)
