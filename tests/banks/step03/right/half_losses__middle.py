"""right: cuts in the middle of the row."""

def half_losses(loss: Float[Tensor, "batch position-1"], half: int) -> HalfLosses:
    if loss.shape[1] not in (2 * half - 1, 2 * half):
        raise ValueError(f"{loss.shape[1]} losses in a row do not belong to two halves of {half} tokens.")
    return HalfLosses(loss[:, : loss.shape[1] // 2].mean().item(), loss[:, loss.shape[1] // 2 + 1 :].mean().item())
