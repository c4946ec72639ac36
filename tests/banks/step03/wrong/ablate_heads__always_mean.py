"""wrong: always takes the mean. Fails: 03.ablate_heads."""

def ablate_heads(
    weights: Weights, tokens: Int64[Tensor, "batch position"], kind: str = "mean"
) -> Float32[Tensor, "layer head"]:
    if kind not in ("zero", "mean"):
        raise ValueError(f'kind is {kind!r}; it must be "zero" or "mean".')
    intact = attention_only_forward(weights, tokens)
    instead = intact.outputs.mean(dim=1)  # [layer, head, position, d_model]

    def second_half(logits: Tensor) -> float:
        return half_losses(per_position_loss(logits, tokens), tokens.shape[1] // 2).second

    losses = [
        [
            second_half(attention_only_forward(weights, tokens, [(i, j, output)]).logits)
            for j, output in enumerate(layer)
        ]
        for i, layer in enumerate(instead)
    ]
    return torch.tensor(losses) - second_half(intact.logits)
