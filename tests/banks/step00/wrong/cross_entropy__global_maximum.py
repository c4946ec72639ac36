"""wrong: subtracts the maximum of the whole batch, which lets other images underflow. Fails: 00.cross_entropy."""

def cross_entropy(logits, labels):
    z = logits - logits.max()
    return (z.exp().sum(1).log() - z.gather(1, labels[:, None])[:, 0]).mean()
