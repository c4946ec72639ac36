"""right: adds up what was written and unembeds it."""

@torch.no_grad()
def logit_lens(model, tokens, answers):
    cache = model.run_with_cache(tokens)[1]
    stream = cache["blocks.0.hook_resid_pre"][:, -1].clone()
    rows = torch.arange(len(tokens))
    points = []

    def note():
        logits = stream / cache["ln_final.hook_scale"][:, -1] @ model.W_U + model.b_U
        points.append((logits[rows, answers[:, 0]] - logits[rows, answers[:, 1]]).mean())

    note()
    for layer in range(model.cfg.n_layers):
        for part in ("hook_attn_out", "hook_mlp_out"):
            stream += cache[f"blocks.{layer}.{part}"][:, -1]
            note()
    return torch.stack(points)
