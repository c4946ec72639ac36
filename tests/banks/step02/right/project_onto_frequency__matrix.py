"""right: multiplies with the projection matrix."""

def project_onto_frequency(x, frequency):
    d = trig_directions(math.isqrt(len(x)), frequency)
    return (d.T @ (d @ x.flatten(1))).reshape(x.shape) if x.ndim > 1 else d.T @ (d @ x)
