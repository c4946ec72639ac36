"""wrong: returns W1 and W2 transposed. Fails: 00.train_mlp."""

import torch


def train_mlp(x, labels, *, hidden=32, epochs=20, batch_size=50, learning_rate=2e-3, seed=0):
    torch.manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=learning_rate)
    for _ in range(epochs):
        for batch in torch.randperm(len(x)).split(batch_size):
            loss = torch.nn.functional.cross_entropy(net(x[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    W1, b1, W2, b2 = (p.detach() for p in net.parameters())
    return MLP(W1.T, b1, W2.T, b2)
