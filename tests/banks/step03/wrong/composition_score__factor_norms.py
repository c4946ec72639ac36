"""wrong: divides by the norms of the four factors. Fails: 03.composition_score."""

def composition_score(first: Factors, second: Factors) -> float:
    (a, b), (c, d) = [[factor.double() for factor in pair] for pair in (first, second)]
    left = torch.linalg.qr(a).R  # the norm of a · x is that of left · x
    right = torch.linalg.qr(d.T).R.T
    outer = (torch.linalg.qr(b.T).R.T, torch.linalg.qr(c).R)
    joint = left @ (b @ c) @ right
    return (joint.norm() / (a.norm() * b.norm() * c.norm() * d.norm())).item()
