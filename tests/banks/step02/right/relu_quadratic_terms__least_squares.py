"""right: fits by least squares."""

def relu_quadratic_terms(p, frequency, bias=0.0):
    w = 2 * math.pi * frequency / p * torch.arange(p, dtype=torch.float64)
    ca, sa = (f(w).repeat_interleave(p) for f in (torch.cos, torch.sin))
    cb, sb = (f(w).repeat(p) for f in (torch.cos, torch.sin))
    y = torch.relu(ca + cb + bias)
    linear = [torch.ones(p * p, dtype=torch.float64), ca, sa, cb, sb]
    scores = []
    for columns in ([*linear, ca * cb, ca * sb, sa * cb, sa * sb], linear):
        A = torch.stack(columns, 1)
        residual = y - A @ torch.linalg.solve(A.T @ A, A.T @ y)
        scores.append(1 - float(residual @ residual / ((y - y.mean()) @ (y - y.mean()))))
    return scores[0], scores[1]
