"""right: works with Gram matrices."""

def composition_score(first, second):
    a, b = (x.double() for x in first)
    c, d = (x.double() for x in second)

    def squared(gram_left, middle, gram_right):
        return ((gram_left @ middle) * (middle @ gram_right)).sum()

    def gram(x):
        return x.T @ x

    ab = squared(gram(a), torch.eye(a.shape[1], dtype=torch.float64), b @ b.T) if len(b) <= b.shape[1] else squared(gram(a), b, torch.eye(b.shape[1], dtype=torch.float64))
    cd = squared(gram(c), torch.eye(c.shape[1], dtype=torch.float64), d @ d.T)
    joint = squared(gram(a), b @ c, d @ d.T)
    return (joint.clamp(min=0) / (ab * cd)).sqrt().item()
