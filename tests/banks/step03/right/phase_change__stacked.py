"""right: averages patterns over the batch first."""

def phase_change(snapshots, tokens):
    half = tokens.shape[1] // 2
    runs = [attention_only_forward(weights, tokens) for weights in snapshots]
    pairs = [half_losses(per_position_loss(run.logits, tokens), half) for run in runs]
    patterns = torch.stack([run.patterns.mean(1) for run in runs])
    curves = [torch.tensor(curve, dtype=torch.float64) for curve in zip(*pairs)]
    return PhaseChange(*curves, previous_token_score(patterns), prefix_matching_score(patterns, half))
