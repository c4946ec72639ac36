"""right: adds contributions one at a time."""

def sparse_reconstruction(x, basis, k):
    if k < 0 or k > basis.synthesis.shape[0]:
        raise ValueError("no such k")
    rows = []
    for example in x:
        parts = ((example - basis.mean) @ basis.analysis)[:, None] * basis.synthesis
        best = sorted(range(len(parts)), key=lambda i: -parts[i].norm().item())[:k]
        row = basis.mean.clone()
        for i in best:
            row += parts[i]
        rows.append(row)
    return torch.stack(rows)
