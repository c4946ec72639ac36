"""right: averages over masks."""

@torch.no_grad()
def duplicate_previous_induction_scores(model, tokens):
    cache = model.run_with_cache(tokens)[1]
    patterns = torch.stack([cache[f"blocks.{i}.attn.hook_pattern"].mean(0) for i in range(model.cfg.n_layers)])
    t = tokens.shape[1]
    half = (t - 1) // 2
    q, k = torch.arange(t)[:, None], torch.arange(t)
    late = q > half
    masks = [late & (q - k == half), q - k == 1, late & (q - k == half - 1)]
    return HeadScores(*[patterns[:, :, mask].mean(-1) for mask in masks])
