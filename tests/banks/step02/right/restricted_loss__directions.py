"""right: writes the restricted logits with directions and column means."""

def restricted_loss(logits, frequencies):
    p = logits.shape[1]
    labels = (torch.arange(p)[:, None] + torch.arange(p)).flatten().remainder(p)
    new = logits.mean(0, keepdim=True).repeat(p * p, 1).double()
    for k in frequencies.tolist():
        part = project_onto_frequency(logits, k).double()
        new += part - part.mean(0)
    return torch.nn.functional.cross_entropy(new, labels).item()
