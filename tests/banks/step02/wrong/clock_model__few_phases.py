"""wrong: makes do with two phases. Fails: 02.clock_model, 02.subtraction_clock."""

def _clock(p: int, frequencies: Tensor, turn: float) -> Weights:
    n_phases, sharp, K = 2, 30.0, len(frequencies)
    d_model = 6 * K + 3  # three pairs of hands for each clock, three positions
    first, second, answer, position = torch.arange(d_model).split([2 * K, 2 * K, 2 * K, 3])
    angle = 2 * math.pi / p * torch.arange(p)[:, None] * frequencies  # [p, K]
    hands = torch.cat([angle.cos(), angle.sin()], dim=1)  # [p, 2K]

    W_E, W_pos, W_U = torch.zeros(p + 1, d_model), torch.zeros(3, d_model), torch.zeros(d_model, p)
    W_E[:p, first] = hands
    W_pos[torch.arange(3), position] = 1.0
    W_U[answer] = hands.T

    W_Q, W_K, W_V, W_O = (torch.zeros(2, d_model, 2 * K) for _ in range(4))
    W_Q[:, position[2], 0] = sharp  # from "=" …
    W_K[[0, 1], position[:2], 0] = sharp  # … head 0 looks at a and head 1 at b, and at nothing else
    W_V[:, first] = torch.eye(2 * K)
    W_O[0, first] = torch.eye(2 * K)
    W_O[1, second] = torch.diag(torch.tensor([1.0, turn]).repeat_interleave(K))

    phase = 2 * math.pi / n_phases * torch.arange(n_phases)
    W_in, W_out = torch.zeros(d_model, 2, K, n_phases), torch.zeros(d_model, 2, K, n_phases)
    for k in range(K):
        for i, sign in enumerate([1.0, -1.0]):  # neurons ReLU(cos(wa + phase) ± cos(wb + phase))
            W_in[first[[k, K + k]], i, k] = torch.stack([phase.cos(), -phase.sin()])
            W_in[second[[k, K + k]], i, k] = torch.stack([phase.cos(), -phase.sin()]) * sign
            # summed over phases, with these weights: cos w(a + b) and sin w(a + b)
            W_out[answer[[k, K + k]], i, k] = torch.stack([(2 * phase).cos(), -(2 * phase).sin()]) * sign
    named = {"W_E": W_E, "W_pos": W_pos, "W_Q": W_Q, "W_K": W_K, "W_V": W_V, "W_O": W_O.mT.contiguous(), "W_U": W_U}
    return named | {"W_in": W_in.flatten(1), "W_out": W_out.flatten(1).T.contiguous()}
