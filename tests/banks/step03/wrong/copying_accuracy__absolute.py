"""wrong: maximises the absolute value. Fails: 03.copying_accuracy."""

def copying_accuracy(left: Float32[Tensor, "token d_head"], right: Float32[Tensor, "d_head token"]) -> float:
    copied = 0
    for rows in torch.arange(len(left)).split(512):
        copied += ((left[rows] @ right).abs().argmax(dim=1) == rows).sum().item()
    return copied / len(left)
