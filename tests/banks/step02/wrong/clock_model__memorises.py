"""wrong: keeps a table of all answers instead of an algorithm. Fails: 02.clock_model."""

def clock_model(p, frequencies):
    """One neuron for each pair: it fires when both one-hot numbers are there."""
    d = 2 * p + 3
    W_E, W_pos, W_U = torch.zeros(p + 1, d), torch.zeros(3, d), torch.zeros(d, p)
    W_E[:p, :p] = torch.eye(p)
    W_pos[:, 2 * p :] = torch.eye(3)
    W_Q, W_K, W_V, W_O = torch.zeros(2, d, p), torch.zeros(2, d, p), torch.zeros(2, d, p), torch.zeros(2, p, d)
    W_Q[:, 2 * p + 2, 0] = 30.0
    W_K[0, 2 * p, 0] = W_K[1, 2 * p + 1, 0] = 30.0
    W_V[:, :p] = torch.eye(p)
    W_O[0, :, :p], W_O[1, :, p : 2 * p] = torch.eye(p), torch.eye(p)
    pair = torch.arange(p * p)
    a, b = pair // p, pair % p
    W_in = torch.zeros(d, p * p)
    W_in[a, pair] = W_in[p + b, pair] = 1.0
    W_in[2 * p + 2] = -1.5
    W_out = torch.zeros(p * p, d)
    W_out[pair, (a + b) % p] = 20.0
    W_U[:p] = torch.eye(p)
    W_U = W_U.clone()
    return {"W_E": W_E, "W_pos": W_pos, "W_Q": W_Q, "W_K": W_K, "W_V": W_V, "W_O": W_O, "W_in": W_in, "W_out": W_out, "W_U": W_U}
