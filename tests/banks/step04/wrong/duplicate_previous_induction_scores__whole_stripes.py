"""wrong: averages over the first half too. Fails: 04.duplicate_previous_induction_scores."""

@torch.no_grad()
def duplicate_previous_induction_scores(
    model: TransformerBridge, tokens: Int64[Tensor, "batch position"]
) -> HeadScores:
    _, cache = model.run_with_cache(tokens)
    half = tokens.shape[1] // 2
    patterns = torch.stack([cache[f"blocks.{layer}.attn.hook_pattern"] for layer in range(model.cfg.n_layers)])

    def score(back: int, queries: int) -> Tensor:
        stripe = patterns.diagonal(offset=-back, dim1=-2, dim2=-1)
        return stripe.mean(dim=(1, -1))

    return HeadScores(score(half, half), score(1, 2 * half), score(half - 1, half))
