"""wrong: runs the last snapshot every time. Fails: 03.phase_change."""

def phase_change(snapshots: Sequence[Weights], tokens: Int64[Tensor, "batch position"]) -> PhaseChange:
    half = tokens.shape[1] // 2
    losses, previous, matching = [], [], []
    for weights in snapshots:
        logits, patterns, _ = attention_only_forward(snapshots[-1], tokens)
        losses.append(half_losses(per_position_loss(logits, tokens), half))
        previous.append(previous_token_score(patterns).mean(dim=1))
        matching.append(prefix_matching_score(patterns, half).mean(dim=1))
    first, second = torch.tensor(losses, dtype=torch.float64).T
    return PhaseChange(first, second, torch.stack(previous), torch.stack(matching))
