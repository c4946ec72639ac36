"""wrong: forms the whole products. Fails: 03.composition_score."""

def composition_score(first: Factors, second: Factors) -> float:
    (a, b), (c, d) = [[factor.double() for factor in pair] for pair in (first, second)]
    left, right, outer = a, d, (b, c)
    joint = (a @ b) @ (c @ d)
    return (joint.norm() / ((left @ outer[0]).norm() * (outer[1] @ right).norm())).item()
