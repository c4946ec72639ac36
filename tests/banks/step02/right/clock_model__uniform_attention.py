"""right: lets one head mix a and b evenly, with products from squares."""

def clock_model(p, frequencies):
    """2xy = (x + y)² − x² − y², and x² as the integral of many hinges."""
    K = len(frequencies)
    angle = 2 * math.pi / p * torch.arange(p)[:, None] * frequencies
    hands = torch.stack([angle.cos(), angle.sin(), (2 * angle).cos(), (2 * angle).sin()], 2).flatten(1)  # [p, 4K]
    d = 4 * K + 2 * K + 1
    W_E = torch.zeros(p + 1, d)
    W_E[:p, : 4 * K] = hands
    W_pos = torch.zeros(3, d)
    W_pos[2, -1] = 1.0
    zero = torch.zeros(1, d, 4 * K)
    W_V, W_O = zero.clone(), torch.zeros(1, 4 * K, d)
    W_V[0, : 4 * K] = 3 * torch.eye(4 * K)
    W_O[0, :, : 4 * K] = torch.eye(4 * K)
    grid = torch.linspace(-3, 3, 81)  # ReLU(z − t) dt summed gives z²/2
    step = float(grid[1] - grid[0])
    columns_in, rows_out = [], []
    for k in range(K):
        c, s, out = 4 * k, 4 * k + 1, 4 * K + 2 * k
        for weights, effects in (
            (((c, 1.0),), ((out, 1.0),)),
            (((s, 1.0),), ((out, -1.0),)),
            (((c, 0.5**0.5), (s, 0.5**0.5)), ((out + 1, 1.0),)),
            (((c, 0.5**0.5), (s, -(0.5**0.5))), ((out + 1, -1.0),)),
        ):
            for sign in (1.0, -1.0):
                column = torch.zeros(d, 41)
                for place, value in weights:
                    column[place] = sign * value
                column[-1] = -grid[40:]
                row = torch.zeros(41, d)
                for place, value in effects:
                    row[:, place] = value * step
                    row[0, place] = value * step / 2
                columns_in.append(column)
                rows_out.append(row)
    W_U = torch.zeros(d, p)
    for k in range(K):
        c, s, c2, s2, out = 4 * k, 4 * k + 1, 4 * k + 2, 4 * k + 3, 4 * K + 2 * k
        W_U[out] = W_U[out] + angle[:, k].cos()
        W_U[out + 1] = W_U[out + 1] + angle[:, k].sin()
        W_U[c2] = W_U[c2] - angle[:, k].cos() / 2
        W_U[s2] = W_U[s2] - angle[:, k].sin() / 2
    return {
        "W_E": W_E, "W_pos": W_pos, "W_Q": zero.clone(), "W_K": zero.clone(), "W_V": W_V, "W_O": W_O,
        "W_in": torch.cat(columns_in, 1), "W_out": torch.cat(rows_out), "W_U": W_U,
    }
